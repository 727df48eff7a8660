package engine_test

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestExpectationsThatAreRefused(t *testing.T) {
	tests := map[string]struct {
		expectation engine.Expectation
		field, says string
	}{
		"no port":        {engine.Expectation{Host: "192.0.2.1"}, "expect[1].port", "missing"},
		"bad port":       {engine.Expectation{Port: "https"}, "expect[1].port", "neither a port"},
		"transport":      {engine.Expectation{Port: "53/udp"}, "expect[1].port", "protocol udp"},
		"protocol":       {engine.Expectation{Port: "443", Protocol: "https"}, "expect[1].protocol", "tcp or udp"},
		"service":        {engine.Expectation{Port: "443", Service: "HTTPS over TLS"}, "expect[1].service", "not the name"},
		"TLS":            {engine.Expectation{Port: "443", TLSMin: "TLSv1.2"}, "expect[1].tls_min", "1.2"},
		"TLS on UDP":     {engine.Expectation{Port: "443", Protocol: "udp", TLSMin: "1.3"}, "expect[1].tls_min", "UDP"},
		"owner":          {engine.Expectation{Port: "443", Owner: "a\nb"}, "expect[1].owner", "not a name"},
		"host":           {engine.Expectation{Host: "https://a.example", Port: "443"}, "expect[1].host", "URL"},
		"not a target":   {engine.Expectation{Host: "198.51.100.1", Port: "443"}, "expect[1].host", "does not look at"},
		"other name":     {engine.Expectation{Host: "b.example", Port: "443"}, "expect[1].host", "does not look at"},
		"not a port":     {engine.Expectation{Host: "192.0.2.1", Port: "443,8443"}, "expect[1].port", "port 8443"},
		"not a UDP port": {engine.Expectation{Host: "192.0.2.1", Port: "443", Protocol: "udp"}, "expect[1].port", "udp port 443"},
	}
	for name, test := range tests {
		request := engine.ScanRequest{Targets: []engine.Target{"192.0.2.0/24", "a.example"}, Ports: "22,443,53/udp", Expect: []engine.Expectation{{Port: "22"}, test.expectation}}
		err := request.Validate()
		var refused *engine.Error
		if !errors.As(err, &refused) || refused.Kind != engine.Invalid || refused.Field != test.field || !strings.Contains(refused.Error(), test.says) {
			t.Errorf("%s: %v (field %q), want %s: …%s…", name, err, refused.Field, test.field, test.says)
		}
	}
}

// What only allows may be about more than the scan.
func TestExpectationsThatAreTaken(t *testing.T) {
	for _, e := range []engine.Expectation{
		{Host: "192.0.2.1", Port: "22,443", Service: "ssh", TLSMin: "1.2", Owner: "@web"},
		{Host: "A.example.", Port: "443"},
		{Host: "192.0.2.1", Port: "53", Protocol: "udp"},
		{Port: "8000-9000"},
		{Host: "10.0.0.0/8", Port: "8443"},
		{Host: "198.51.100.1", Port: "443", Optional: true},
	} {
		request := engine.ScanRequest{Targets: []engine.Target{"192.0.2.0/24", "a.example"}, Ports: "22,443,53/udp", Expect: []engine.Expectation{e}}
		if err := request.Validate(); err != nil {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

func TestRequired(t *testing.T) {
	tests := []struct {
		expectation engine.Expectation
		want        []uint16
	}{
		{engine.Expectation{Host: "192.0.2.1", Port: "443, 80,80"}, []uint16{80, 443}},
		{engine.Expectation{Host: "192.0.2.1/32", Port: "22"}, []uint16{22}},
		{engine.Expectation{Host: "a.example", Port: "22,8000-8010"}, []uint16{22}},
		{engine.Expectation{Host: "a.example", Port: "default"}, nil},
		{engine.Expectation{Host: "a.example", Port: "22", Optional: true}, nil},
		{engine.Expectation{Host: "192.0.2.0/31", Port: "22"}, nil},
		{engine.Expectation{Port: "22"}, nil},
	}
	for _, test := range tests {
		if got := test.expectation.Required(); !slices.Equal(got, test.want) {
			t.Errorf("%+v requires %v, want %v", test.expectation, got, test.want)
		}
	}
}

func TestDeclaration(t *testing.T) {
	d := engine.NewDeclaration([]engine.Expectation{
		{Host: "192.0.2.0/24", Port: "22", Owner: "@ops"},
		{Host: "192.0.2.7", Port: "443", Owner: "@web"},
		{Host: "shop.example", Port: "8000-8010", Owner: "@shop"},
		{Host: "2001:db8::/32", Port: "53", Protocol: "udp"},
		{Port: "443", Owner: "@all"},
	})
	tests := []struct {
		transport, addr, name string
		port                  uint16
		owner                 string
		about                 int
	}{
		{"tcp", "192.0.2.7", "", 22, "@ops", 1},
		{"tcp", "192.0.2.7", "", 443, "@web", 2},
		{"tcp", "::ffff:192.0.2.7", "", 443, "@web", 2},
		{"tcp", "192.0.2.8", "", 443, "@all", 1},
		{"udp", "192.0.2.7", "", 22, "@ops", 0}, // an owner is one whatever the transport
		{"tcp", "198.51.100.1", "SHOP.example.", 8005, "@shop", 1},
		{"tcp", "198.51.100.1", "", 8005, "", 0},
		{"udp", "2001:db8::1", "", 53, "", 1},
		{"tcp", "198.51.100.1", "", 22, "", 0},
	}
	for _, test := range tests {
		addr := netip.MustParseAddr(test.addr)
		if got := len(d.About(test.transport, test.port, addr, engine.Target(test.name))); got != test.about {
			t.Errorf("%+v: %d expectations, want %d", test, got, test.about)
		}
		if got := d.Owner(test.port, addr, engine.Target(test.name)); got != test.owner {
			t.Errorf("%+v: the owner is %q", test, got)
		}
	}
}
