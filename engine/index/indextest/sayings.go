package indextest

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// testSayings: what documents say of their places comes in the order of the places,
// without those that are of none, and once each, however often a document is replaced.
func testSayings(t *testing.T, open Open) {
	ix := newHarness(t, open, t.TempDir()).index
	speak := func(ip, name string, port uint16, server string) engine.Response {
		e := engine.Endpoint{Addr: netip.MustParseAddr(ip), Port: port, Transport: engine.TCP, Target: "192.0.2.0/24", Name: name}
		r := engine.NewResponse(e, "http", "https", "/", time.Now())
		r.Blocks["http"] = map[string]any{"headers": map[string]any{"server": []string{server}}}
		r.Blocks["tls"] = map[string]any{"versions": []string{"TLSv1.2", "TLSv1.3"}}
		return r
	}
	open80 := engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: 80, Transport: engine.TCP, Target: "192.0.2.1"}
	silent := engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: 22, Transport: engine.TCP, Target: "192.0.2.1"}
	for _, server := range []string{"nginx/1.24.0", "nginx/1.26.0"} {
		err := ix.Append(t.Context(), engine.Report{Open: []engine.Endpoint{open80, silent}, Responses: []engine.Response{
			speak("2001:db8::1", "", 443, server), engine.NewDomainResponse("example.com", time.Now()), speak("192.0.2.1", "b.example", 80, server),
			speak("192.0.2.1", "a.example", 80, server), speak("192.0.2.1", "", 80, server), speak("192.0.2.1", "", 8443, server),
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	var places []string
	for said, err := range ix.Sayings(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, said.Name+" "+said.String())
		want := engine.Service{Protocol: "https", Product: "nginx", Version: "1.26.0"}
		if said.Service != want || said.Base != "http" || said.Path != "/" || !slices.Equal(said.TLS, []string{"TLSv1.2", "TLSv1.3"}) || said.Transport != engine.TCP {
			t.Errorf("%+v is said", said)
		}
	}
	want := []string{" 192.0.2.1:80", "a.example 192.0.2.1:80", "b.example 192.0.2.1:80", " 192.0.2.1:8443", " [2001:db8::1]:443"}
	if !slices.Equal(places, want) {
		t.Errorf("said at %q, want %q", places, want)
	}
	if quiet, err := ix.QuietPorts(t.Context()); err != nil || len(quiet) != 1 || quiet[0] != silent {
		t.Errorf("quiet are %v, %v", quiet, err)
	}
	manySayings(t, ix)
}

// manySayings are more than an implementation reads at once.
func manySayings(t *testing.T, ix index.Index) {
	t.Helper()
	const n = 10_000
	var report engine.Report
	for i := range n {
		addr := netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
		report.Responses = append(report.Responses, engine.NewResponse(engine.Endpoint{Addr: addr, Port: 1, Transport: engine.UDP}, "x", "x", "", time.Now()))
	}
	if err := ix.Append(t.Context(), report); err != nil {
		t.Fatal(err)
	}
	count, last := 0, engine.Endpoint{}
	for said, err := range ix.Sayings(t.Context()) {
		if err != nil || said.Addr.Less(last.Addr) {
			t.Fatalf("%v comes behind %v, %v", said.Endpoint, last, err)
		}
		count, last = count+1, said.Endpoint
	}
	if count != n+5 {
		t.Errorf("%d are said, want %d", count, n+5)
	}
}
