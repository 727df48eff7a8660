package action

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestUnreachable(t *testing.T) {
	addr := netip.MustParseAddr
	tests := map[string]struct {
		targets []engine.Target
		hosts   []netip.Addr
		ports   []engine.Endpoint
		want    []engine.Target
	}{
		"nobody":         {[]engine.Target{"192.0.2.1", "a.example"}, nil, nil, []engine.Target{"192.0.2.1", "a.example"}},
		"address":        {[]engine.Target{"192.0.2.1", "192.0.2.2"}, []netip.Addr{addr("192.0.2.2")}, nil, []engine.Target{"192.0.2.1"}},
		"mapped":         {[]engine.Target{"192.0.2.1"}, []netip.Addr{addr("::ffff:192.0.2.1")}, nil, nil},
		"network":        {[]engine.Target{"192.0.2.0/24", "198.51.100.0/24"}, []netip.Addr{addr("192.0.2.9")}, nil, []engine.Target{"198.51.100.0/24"}},
		"open name":      {[]engine.Target{"a.example", "b.example"}, []netip.Addr{addr("192.0.2.1")}, []engine.Endpoint{{Addr: addr("192.0.2.1"), Target: "a.example", Port: 80}}, []engine.Target{"b.example"}},
		"closed name":    {[]engine.Target{"a.example", "192.0.2.1"}, []netip.Addr{addr("192.0.2.1"), addr("192.0.2.7")}, nil, nil},
		"name and alone": {[]engine.Target{"a.example", "192.0.2.1"}, []netip.Addr{addr("192.0.2.1")}, nil, []engine.Target{"a.example"}},
	}
	for name, test := range tests {
		got := unreachable(engine.Results{Scan: engine.Scan{Targets: test.targets}, Hosts: test.hosts, Ports: test.ports})
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestLegsOfAMatrixAreToldApart(t *testing.T) {
	one, two := step{workflow: "w/x", job: "scan", matrix: `{"zone":"a/b","n":1}`}, step{workflow: "w/x", job: "scan", matrix: `{"zone":"c","n":1}`}
	if got := one.category(); got != "portolan/w-x/scan/n:1,zone:a-b/" || got == two.category() {
		t.Error(got)
	}
	request := engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}}
	if one.key(request) == two.key(request) || engine.ValidateRequestKey(one.key(request)) != nil {
		t.Error(one.key(request))
	}
}
