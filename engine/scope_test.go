package engine_test

import (
	"net/netip"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func prefixes(t *testing.T, list string) []netip.Prefix {
	t.Helper()
	p, err := engine.ParsePrefixes(list)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestScopePermit(t *testing.T) {
	for name, c := range map[string]struct {
		allow, exclude, addr string
		permitted            bool
	}{
		"public":                           {addr: "192.88.99.1", permitted: true},
		"private":                          {addr: "10.1.2.3", permitted: true},
		"unique local":                     {addr: "fd12::1", permitted: true},
		"loopback":                         {addr: "127.0.0.1"},
		"loopback in IPv6 clothing":        {addr: "::ffff:127.0.0.1"},
		"IPv6 loopback":                    {addr: "::1"},
		"loopback named":                   {addr: "127.0.0.1", allow: "127.0.0.0/8", permitted: true},
		"link-local":                       {addr: "169.254.1.1"},
		"IPv6 link-local":                  {addr: "fe80::1"},
		"multicast":                        {addr: "224.0.0.1"},
		"broadcast":                        {addr: "255.255.255.255"},
		"this network":                     {addr: "0.0.0.0"},
		"unspecified":                      {addr: "::"},
		"metadata":                         {addr: "169.254.169.254"},
		"metadata in IPv6 clothing":        {addr: "::ffff:169.254.169.254"},
		"metadata in a named range":        {addr: "169.254.169.254", allow: "169.254.0.0/16"},
		"metadata named":                   {addr: "169.254.169.254", allow: "169.254.169.254", permitted: true},
		"metadata in a private range":      {addr: "100.100.100.200"},
		"IPv6 metadata":                    {addr: "fd00:ec2::254"},
		"loopback behind NAT64":            {addr: "64:ff9b::127.0.0.1"},
		"metadata behind NAT64":            {addr: "64:ff9b::169.254.169.254", allow: "64:ff9b::/96"},
		"metadata behind 6to4":             {addr: "2002:a9fe:a9fe::1"},
		"loopback, IPv4-compatible":        {addr: "::127.0.0.1"},
		"excluded behind NAT64":            {addr: "64:ff9b::10.1.2.3", exclude: "10.0.0.0/8"},
		"metadata behind local NAT64":      {addr: "64:ff9b:1::169.254.169.254"},
		"metadata behind NAT64 of 48 bits": {addr: "64:ff9b:1:a9fe:a9:fe00::"},
		"metadata behind SIIT":             {addr: "::ffff:0:169.254.169.254"},
		"metadata behind Teredo":           {addr: "2001:0:c000:201:0:ffff:5601:5601"},
		"public behind local NAT64":        {addr: "64:ff9b:1::192.0.2.1", permitted: true},
		"public behind Teredo":             {addr: "2001:0:c000:201:0:ffff:3fff:fdfe", permitted: true},
		"public behind NAT64":              {addr: "64:ff9b::192.0.2.1", permitted: true},
		"IPv6 loopback named":              {addr: "::1", allow: "::1", permitted: true},
		"pod credentials in a named range": {addr: "169.254.170.23", allow: "169.254.0.0/16"},
		"IPv6 pod credentials":             {addr: "fd00:ec2::23"},
		"excluded":                         {addr: "10.1.2.3", exclude: "10.0.0.0/8"},
		"excluded and named":               {addr: "127.0.0.1", allow: "127.0.0.1", exclude: "127.0.0.0/8"},
		"excluded metadata that was named": {addr: "169.254.169.254", allow: "169.254.169.254", exclude: "169.254.169.254"},
		"beside the excluded":              {addr: "11.1.2.3", exclude: "10.0.0.0/8", permitted: true},
	} {
		scope := engine.Scope{Allow: prefixes(t, c.allow), Exclude: prefixes(t, c.exclude)}
		err := scope.Permit(netip.MustParseAddr(c.addr))
		if c.permitted && err != nil || !c.permitted && engine.KindOf(err) != engine.Forbidden {
			t.Errorf("%s: Permit(%s) = %v, want permitted %v", name, c.addr, err, c.permitted)
		}
	}
}

func TestScopePermitTarget(t *testing.T) {
	scope := engine.Scope{Exclude: prefixes(t, "10.9.0.0/16")}
	for target, permitted := range map[engine.Target]bool{
		"127.0.0.0/8": false, "127.0.0.1": false, "10.9.1.0/24": false, "10.0.0.0/8": true, "example.com": true, "fe80::/64": false,
	} {
		if err := scope.PermitTarget(target); (err == nil) != permitted {
			t.Errorf("PermitTarget(%s) = %v, want permitted %v", target, err, permitted)
		}
	}
	if err := (engine.Scope{Allow: engine.LoopbackPrefixes()}).PermitTarget("127.0.0.0/30"); err != nil {
		t.Errorf("loopback that was named: %v", err)
	}
}

// TestExclusionsAreKeptApart: scans run at the same time with one scope.
func TestExclusionsAreKeptApart(t *testing.T) {
	scope := engine.Scope{Exclude: make([]netip.Prefix, 0, 4)}
	one := scope.Excluding([]engine.Target{"192.0.2.2", "x.example"})
	scope.Excluding([]engine.Target{"192.0.2.3"})
	if len(one.Exclude) != 1 || one.Exclude[0].String() != "192.0.2.2/32" || len(scope.Exclude) != 0 {
		t.Errorf("the first scan excludes %v, all exclude %v", one.Exclude, scope.Exclude)
	}
}
