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

// endpoint is a port of an address, which is scanned as itself or by a name.
func endpoint(addr string, port uint16, name string) engine.Endpoint {
	e := engine.Endpoint{Addr: netip.MustParseAddr(addr), Port: port, Transport: engine.TCP, Target: engine.Target(addr)}
	if name != "" {
		e.Target, e.Name = engine.Target(name), name
	}
	return e
}

// places are where findings are, which must be whole.
func places(t *testing.T, findings []engine.Finding) (all []string) {
	t.Helper()
	for _, f := range findings {
		all = append(all, fmt.Sprintf("%s:%d", f.Target, f.Port))
		isListed := slices.ContainsFunc(policy.WholeRules(), func(r engine.Rule) bool { return r.ID == f.Rule })
		if !isListed || f.Fingerprint == "" || f.IP == "" || f.URI == "" || f.Evidence == "" || f.Remedy == "" || f.Severity == "" {
			t.Errorf("the finding is not whole: %+v", f)
		}
	}
	return all
}

// TestSharedKeys: a key of several hosts is told of each; what may be one host is not.
func TestSharedKeys(t *testing.T) {
	for name, tt := range map[string]struct {
		at   []engine.Endpoint
		want []string
	}{
		"one host":                 {[]engine.Endpoint{endpoint("192.0.2.1", 22, "")}, nil},
		"two hosts":                {[]engine.Endpoint{endpoint("192.0.2.2", 22, ""), endpoint("192.0.2.1", 22, "")}, []string{"192.0.2.1:22", "192.0.2.2:22"}},
		"two ports of a host":      {[]engine.Endpoint{endpoint("192.0.2.1", 22, ""), endpoint("192.0.2.1", 2222, "")}, nil},
		"two addresses of a name":  {[]engine.Endpoint{endpoint("192.0.2.1", 22, "a.example"), endpoint("192.0.2.2", 22, "A.example.")}, nil},
		"two names":                {[]engine.Endpoint{endpoint("192.0.2.1", 22, "a.example"), endpoint("192.0.2.2", 22, "b.example")}, []string{"a.example:22", "b.example:22"}},
		"two names of an address":  {[]engine.Endpoint{endpoint("192.0.2.1", 22, "a.example"), endpoint("192.0.2.1", 22, "b.example")}, nil},
		"IPv4 and IPv6":            {[]engine.Endpoint{endpoint("192.0.2.1", 22, ""), endpoint("2001:db8::1", 22, "")}, nil},
		"two hosts and their IPv6": {[]engine.Endpoint{endpoint("192.0.2.1", 22, ""), endpoint("2001:db8::1", 22, ""), endpoint("192.0.2.2", 22, "")}, []string{"192.0.2.1:22", "192.0.2.2:22"}},
	} {
		keys := []policy.HostKey{{Fingerprint: "other", At: endpoint("192.0.2.9", 22, "")}}
		for _, at := range tt.at {
			keys = append(keys, policy.HostKey{Fingerprint: "same", At: at})
		}
		if got := places(t, policy.SharedKeys(keys)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

// TestManySharedKeys names some of the others only.
func TestManySharedKeys(t *testing.T) {
	var keys []policy.HostKey
	for i := range 40 {
		keys = append(keys, policy.HostKey{Fingerprint: "same", At: endpoint(fmt.Sprintf("192.0.2.%d", i+1), 22, "")})
	}
	findings := policy.SharedKeys(keys)
	if len(findings) != 40 || strings.Count(findings[0].Evidence, "192.0.2.") != 10 || !strings.HasSuffix(findings[0].Evidence, " and more") {
		t.Errorf("%d findings, the first says %s", len(findings), findings[0].Evidence)
	}
}

// TestUnpinned holds certificates against records; what cannot be compared holds.
func TestUnpinned(t *testing.T) {
	shown := policy.Shown{At: endpoint("192.0.2.1", 25, "mail.example"), Protocol: "smtpstarttls", Chain: []policy.Fingerprints{{"c1", "k1"}, {"c2", "k2"}}}
	pin := func(usage, selector, matching int, data string) policy.Pin {
		return policy.Pin{Host: "mail.example", Port: 25, Usage: usage, Selector: selector, Matching: matching, Data: data}
	}
	elsewhere := pin(3, 1, 1, "other")
	elsewhere.Port = 443
	for name, tt := range map[string]struct {
		pins []policy.Pin
		want []string
	}{
		"none":                        {nil, nil},
		"the key":                     {[]policy.Pin{pin(3, 1, 1, "K1")}, nil},
		"the certificate":             {[]policy.Pin{pin(3, 0, 1, "c1")}, nil},
		"another key":                 {[]policy.Pin{pin(3, 1, 1, "k9")}, []string{"mail.example:25"}},
		"the key as a certificate":    {[]policy.Pin{pin(3, 0, 1, "k1")}, []string{"mail.example:25"}},
		"one of two":                  {[]policy.Pin{pin(3, 1, 1, "k9"), pin(3, 1, 1, "k1")}, nil},
		"the authority":               {[]policy.Pin{pin(2, 1, 1, "k2")}, nil},
		"the authority as the server": {[]policy.Pin{pin(3, 1, 1, "k2")}, []string{"mail.example:25"}},
		"by SHA-512":                  {[]policy.Pin{pin(3, 1, 2, "k9")}, nil},
		"of another port":             {[]policy.Pin{elsewhere}, nil},
	} {
		if got := places(t, policy.Unpinned(tt.pins, []policy.Shown{shown, shown})); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}
