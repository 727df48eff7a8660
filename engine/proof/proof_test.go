package proof_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/proof"
)

// nameServer answers for names.
func nameServer(t *testing.T, records ...string) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	answer := func(w dns.ResponseWriter, ask *dns.Msg) {
		reply := new(dns.Msg).SetReply(ask)
		for _, record := range records {
			rr, err := dns.NewRR(record)
			if err != nil {
				t.Error(err)
				continue
			}
			if rr.Header().Name == ask.Question[0].Name && rr.Header().Rrtype == ask.Question[0].Qtype {
				reply.Answer = append(reply.Answer, rr)
			}
		}
		_ = w.WriteMsg(reply)
	}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(answer)}
	go func() { _ = server.ActivateAndServe() }()
	t.Cleanup(func() { _ = server.Shutdown() })
	return netip.MustParseAddrPort(conn.LocalAddr().String())
}

func TestTexts(t *testing.T) {
	server := nameServer(t, `_c.a.example. 60 IN TXT "one" "two"`, `_c.a.example. 60 IN TXT "three"`)
	eye := proof.New(proof.Config{Servers: []netip.AddrPort{server}})
	for name, want := range map[string][]string{"_c.a.example": {"onetwo", "three"}, "_c.b.example": nil} {
		if got, err := eye.Texts(t.Context(), name); err != nil || !slices.Equal(got, want) {
			t.Errorf("the texts of %s are %q, %v", name, got, err)
		}
	}
}

// TestFile follows redirects on the same host and goes nowhere else.
func TestFile(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "token") })
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, strings.Repeat("x", 1<<20)) })
	for path, to := range map[string]string{"/slash": "/token", "/other": "http://other.example/token", "/port": "http://127.0.0.1:22/", "/round": "/round"} {
		mux.Handle(path, http.RedirectHandler(to, http.StatusFound))
	}
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	port := netip.MustParseAddrPort(web.Listener.Addr().String()).Port()
	server := nameServer(t, `a.example. 60 IN A 127.0.0.1`, `meta.example. 60 IN A 169.254.169.254`)
	config := proof.Config{Servers: []netip.AddrPort{server}, Port: port, Scope: engine.Scope{Allow: engine.LoopbackPrefixes()}}
	eye := proof.New(config)
	for address, want := range map[string]string{"http://127.0.0.1/token": "token\n", "http://127.0.0.1/slash": "token\n", "http://a.example/token": "token\n"} {
		if got, err := eye.File(t.Context(), address); err != nil || got != want {
			t.Errorf("%s is %q, %v", address, got, err)
		}
	}
	if got, err := eye.File(t.Context(), "http://127.0.0.1/large"); err != nil || len(got) != 4<<10 {
		t.Errorf("of a large file %d bytes are read, %v", len(got), err)
	}
	for address, want := range map[string]string{
		"http://127.0.0.1/none": "status 404", "http://127.0.0.1/other": "another host", "http://127.0.0.1/port": "port 22", "http://127.0.0.1/round": "too often",
		"http://meta.example/token": "metadata", "http://none.example/token": "none.example",
	} {
		if got, err := eye.File(t.Context(), address); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is %q, %v, want an error with %q", address, got, err, want)
		}
	}
	config.Scope = engine.Scope{}
	if got, err := proof.New(config).File(t.Context(), "http://127.0.0.1/token"); err == nil || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("out of scope there is %q, %v", got, err)
	}
}
