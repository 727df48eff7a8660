package engine_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestTargetsThatAreValid(t *testing.T) {
	for target, want := range map[engine.Target]struct {
		kind      engine.TargetKind
		canonical engine.Target
		count     int64
	}{
		"192.0.2.7":             {engine.TargetIP, "192.0.2.7", 1},
		"192.0.2.7/32":          {engine.TargetCIDR, "192.0.2.7", 1},
		"192.168.1.7/24":        {engine.TargetCIDR, "192.168.1.0/24", 256},
		"2001:DB8::1":           {engine.TargetIP, "2001:db8::1", 1},
		"2001:db8:0:0::/64":     {engine.TargetCIDR, "2001:db8::/64", math.MaxInt64},
		"::ffff:192.0.2.1":      {engine.TargetIP, "192.0.2.1", 1},
		"::ffff:192.0.2.0/120":  {engine.TargetCIDR, "192.0.2.0/24", 256},
		"EXAMPLE.com.":          {engine.TargetDomain, "example.com", 1},
		"localhost":             {engine.TargetDomain, "localhost", 1},
		"_dmarc.a-b.example":    {engine.TargetDomain, "_dmarc.a-b.example", 1},
		"xn--bcher-kva.example": {engine.TargetDomain, "xn--bcher-kva.example", 1},
	} {
		if err := target.Validate(); err != nil {
			t.Errorf("%q: %v", target, err)
		}
		if got := target.Kind(); got != want.kind {
			t.Errorf("%q is a %s, want %s", target, got, want.kind)
		}
		if got := target.Canonical(); got != want.canonical {
			t.Errorf("%q is %q canonically, want %q", target, got, want.canonical)
		}
		if got := target.AddressCount(); got != want.count {
			t.Errorf("%q counts %d, want %d", target, got, want.count)
		}
	}
}

func TestTargetsThatAreNotValidSayWhatToWrite(t *testing.T) {
	for target, hint := range map[engine.Target]string{
		"":                        "write an address",
		" 192.0.2.1":              `write "192.0.2.1"`,
		"https://example.com:8/x": `"example.com"`,
		"*.example.com":           "list the names",
		"192.0.2.0/33":            "from 0 to 32",
		"2001:db8::/129":          "from 0 to 128",
		"example.com/x":           "only the host",
		"256.1.1.1":               "four numbers",
		"10.0.0":                  "four numbers",
		"192.0.2.1-9":             "write the range as CIDRs",
		"192.0.2.1-192.0.2.9":     "four numbers",
		"exa mple.com":            "write an address",
		"example..com":            "write an address",
		"-a.example":              "write an address",
		"bücher.example":          "write an address",
		"example.com:80":          `"example.com"`,
		"fe80::1%eth0":            `"fe80::1"`,
		engine.Target(strings.Repeat("a", 64) + ".example"): "write an address",
	} {
		var e *engine.Error
		if err := target.Validate(); !errors.As(err, &e) || e.Kind != engine.Invalid {
			t.Errorf("%q: %v, want an Invalid error", target, err)
		} else if !strings.Contains(e.Hint, hint) {
			t.Errorf("%q: hint %q lacks %q", target, e.Hint, hint)
		}
	}
}

func TestTargetListNamesTheGuiltyElement(t *testing.T) {
	var e *engine.Error
	err := engine.In("targets", engine.ValidateTargets([]engine.Target{"192.0.2.1", "300.1.1.1"}))
	if !errors.As(err, &e) || e.Field != "targets[1]" {
		t.Fatalf("%v in field %q, want targets[1]", err, e.Field)
	}
	if err := engine.ValidateTargets(nil); engine.KindOf(err) != engine.Invalid {
		t.Fatalf("an empty list: %v, want an Invalid error", err)
	}
}

func FuzzTarget(f *testing.F) {
	for _, seed := range []string{"192.0.2.1", "192.0.2.0/24", "2001:db8::/32", "example.com.", "https://x", "a:1", "::ffff:1.2.3.4/100"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		target := engine.Target(s)
		if target.Validate() != nil {
			return
		}
		canonical := target.Canonical()
		if err := canonical.Validate(); err != nil {
			t.Fatalf("%q is valid, its canonical form %q is not: %v", s, canonical, err)
		}
		if again := canonical.Canonical(); again != canonical {
			t.Fatalf("canonical form of %q is %q, and of that %q", s, canonical, again)
		}
		if target.AddressCount() != canonical.AddressCount() {
			t.Fatalf("%q counts %d, %q counts %d", s, target.AddressCount(), canonical, canonical.AddressCount())
		}
	})
}
