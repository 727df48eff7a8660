package policy_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// network is what a scan of 192.0.2.0/28 and shop.example has seen: shop.example is
// 192.0.2.5, and 192.0.2.9 is silent.
func network() policy.Exposure {
	open := func(addr string, port uint16, target engine.Target) engine.Endpoint {
		e := engine.Endpoint{Addr: netip.MustParseAddr(addr), Port: port, Transport: engine.TCP, Target: target}
		if target.Kind() == engine.TargetDomain {
			e.Name = string(target)
		}
		return e
	}
	at := func(addr string, port uint16) policy.Place {
		return policy.Place{AddrPort: netip.AddrPortFrom(netip.MustParseAddr(addr), port), Transport: engine.TCP}
	}
	return policy.Exposure{
		Ports: []engine.Endpoint{
			open("192.0.2.4", 22, "192.0.2.0/28"), open("192.0.2.4", 6379, "192.0.2.0/28"),
			open("192.0.2.5", 443, "192.0.2.0/28"), open("192.0.2.5", 8443, "shop.example"), open("192.0.2.5", 9999, "shop.example"),
		},
		Hosts: []netip.Addr{netip.MustParseAddr("192.0.2.4"), netip.MustParseAddr("192.0.2.5")},
		Speaking: map[policy.Place]policy.Speaker{
			at("192.0.2.4", 22):   {Services: []string{"ssh"}},
			at("192.0.2.4", 6379): {Services: []string{"redis"}},
			at("192.0.2.5", 443):  {Names: []engine.Target{"shop.example"}, Services: []string{"https", "http"}, TLS: []string{"TLSv1.1", "TLSv1.2"}},
			at("192.0.2.5", 8443): {Services: []string{"http"}},
		},
		Complete: true,
	}
}

// everything allows what the network has.
func everything() []engine.Expectation {
	return []engine.Expectation{
		{Host: "192.0.2.4", Port: "22,6379"}, {Host: "shop.example", Port: "443,8443,9999"},
	}
}

func TestDeviations(t *testing.T) {
	tests := map[string]struct {
		expect []engine.Expectation
		want   []string // rule, target, port
	}{
		"nothing declared": {nil, nil},
		"nothing expected": {[]engine.Expectation{}, []string{
			"undeclared 192.0.2.4 22", "undeclared 192.0.2.4 6379", "undeclared 192.0.2.5 443", "undeclared shop.example 8443", "undeclared shop.example 9999"}},
		"as declared":         {everything(), nil},
		"one not declared":    {[]engine.Expectation{{Host: "192.0.2.0/28", Port: "22"}, {Host: "shop.example", Port: "1-65535"}}, []string{"undeclared 192.0.2.4 6379"}},
		"wrong transport":     {append(everything()[1:], engine.Expectation{Host: "192.0.2.4", Port: "22"}, engine.Expectation{Host: "192.0.2.4", Port: "6379", Protocol: "udp", Optional: true}), []string{"undeclared 192.0.2.4 6379"}},
		"closed":              {append(everything(), engine.Expectation{Host: "192.0.2.4", Port: "80"}), []string{"missing 192.0.2.4 80"}},
		"closed on a name":    {append(everything(), engine.Expectation{Host: "shop.example", Port: "25"}), []string{"missing shop.example 25"}},
		"silent":              {append(everything(), engine.Expectation{Host: "192.0.2.9", Port: "80"}), []string{"missing 192.0.2.9 80"}},
		"may be closed":       {append(everything(), engine.Expectation{Host: "192.0.2.9", Port: "80", Optional: true}, engine.Expectation{Host: "192.0.2.0/28", Port: "80"}), nil},
		"another service":     {append(everything(), engine.Expectation{Host: "192.0.2.4", Port: "6379", Service: "memcached"}), nil}, // everything allows any
		"only that service":   {[]engine.Expectation{{Port: "1-6378"}, {Host: "192.0.2.4", Port: "6379", Service: "memcached"}, {Port: "7000-10000"}}, []string{"other-service 192.0.2.4 6379"}},
		"no service at all":   {[]engine.Expectation{{Port: "1-9000"}, {Host: "shop.example", Port: "9999", Service: "ssh"}}, []string{"other-service shop.example 9999"}},
		"https for http":      {[]engine.Expectation{{Host: "192.0.2.4", Port: "1-9999"}, {Host: "192.0.2.5", Port: "443", Service: "http"}, {Host: "192.0.2.5", Port: "8443,9999"}}, nil},
		"http for https":      {[]engine.Expectation{{Host: "192.0.2.4", Port: "1-9999"}, {Host: "192.0.2.5", Port: "443,9999"}, {Host: "192.0.2.5", Port: "8443", Service: "https"}}, []string{"other-service shop.example 8443"}},
		"old TLS":             {append(everything(), engine.Expectation{Host: "shop.example", Port: "443", TLSMin: "1.2"}), []string{"old-tls 192.0.2.5 443"}},
		"TLS as declared":     {append(everything(), engine.Expectation{Host: "shop.example", Port: "443", TLSMin: "1.1"}), nil},
		"no TLS":              {append(everything(), engine.Expectation{Host: "shop.example", Port: "8443", TLSMin: "1.0"}), []string{"old-tls shop.example 8443"}},
		"found by its range":  {append(everything()[:1], engine.Expectation{Host: "shop.example", Port: "443,8443,9999"}), nil},
		"the same twice":      {append(everything(), engine.Expectation{Host: "192.0.2.4", Port: "80"}, engine.Expectation{Host: "192.0.2.4", Port: "80"}), []string{"missing 192.0.2.4 80"}},
		"everything anywhere": {[]engine.Expectation{{Port: "1-65535"}}, nil},
	}
	for name, test := range tests {
		var got []string
		for _, f := range policy.Deviations(test.expect, network()) {
			got = append(got, fmt.Sprintf("%s %s %d", strings.TrimPrefix(f.Rule, "exposure."), f.Target, f.Port))
			if f.Severity != engine.High || f.Title == "" || f.Description == "" || f.Remedy == "" || f.Evidence == "" || !slices.ContainsFunc(policy.ExposureRules(), func(r engine.Rule) bool { return r.ID == f.Rule }) {
				t.Errorf("%s: the finding is not whole: %+v", name, f)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// A scan that is not complete cannot tell what is missing, but what is there it can.
func TestDeviationsOfAnIncompleteScan(t *testing.T) {
	seen := network()
	seen.Complete = false
	expect := append(everything()[:1], engine.Expectation{Host: "192.0.2.4", Port: "80"})
	for _, f := range policy.Deviations(expect, seen) {
		if f.Rule != "exposure.undeclared" {
			t.Errorf("there is %s", f.Rule)
		}
	}
}

func TestDeviationsNameTheOwnerAndTheReason(t *testing.T) {
	expect := append(everything(), engine.Expectation{Host: "192.0.2.9", Port: "80", Owner: "@web"}, engine.Expectation{Host: "shop.example", Port: "443", TLSMin: "1.3", Owner: "@shop"})
	for _, f := range policy.Deviations(expect, network()) {
		switch f.Rule {
		case "exposure.missing":
			if f.Owner != "@web" || f.Evidence != "the host did not answer at all" || f.IP != "192.0.2.9" || f.Transport != "tcp" {
				t.Errorf("missing: %+v", f)
			}
		case "exposure.old-tls":
			if f.Owner != "@shop" || f.Evidence != "declared: TLS 1.3 or newer; accepted: TLSv1.1, TLSv1.2" {
				t.Errorf("old TLS: %+v", f)
			}
		}
	}
}

// BenchmarkDeviations is a large scan: 100,000 open ports, 10,000 expectations.
func BenchmarkDeviations(b *testing.B) {
	var seen policy.Exposure
	for i := range 100_000 {
		addr := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		seen.Ports = append(seen.Ports, engine.Endpoint{Addr: addr, Port: 443, Transport: engine.TCP, Target: "10.0.0.0/8"})
	}
	expect := []engine.Expectation{{Host: "10.1.0.0/16", Port: "443"}}
	for i := range 9_999 {
		expect = append(expect, engine.Expectation{Host: engine.Target(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}).String()), Port: "443"})
	}
	for b.Loop() {
		policy.Deviations(expect, seen)
	}
}
