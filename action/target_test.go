package action

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestParsePlaces(t *testing.T) {
	tests := map[string]struct {
		targets string
		ports   engine.Ports
	}{
		"www.example.com":                           {"www.example.com", ""},
		"192.0.2.1, 2001:db8::1\n10.0.0.0/8":        {"192.0.2.1 2001:db8::1 10.0.0.0/8", ""},
		"[2001:db8::1]":                             {"2001:db8::1", ""},
		"127.0.0.1:6379":                            {"127.0.0.1", "6379"},
		"[2001:db8::1]:443 a.example:80":            {"2001:db8::1 a.example", "443,80"},
		"a.example:8080,b.example":                  {"a.example b.example", "default,8080"},
		"https://a.example/x?y":                     {"a.example", "443"},
		"http://[::1]:8080/":                        {"::1", "8080"},
		"192.0.2.4-192.0.2.7":                       {"192.0.2.4/30", ""},
		"192.0.2.1-6":                               {"192.0.2.1/32 192.0.2.2/31 192.0.2.4/31 192.0.2.6/32", ""},
		"0.0.0.0-255.255.255.255":                   {"0.0.0.0/0", ""},
		"2001:db8::-2001:db8::ffff":                 {"2001:db8::/112", ""},
		"# all\na.example # the shop\n\n b.example": {"a.example b.example", ""},
		"my-host.example":                           {"my-host.example", ""},
		"":                                          {"", ""},
	}
	for text, want := range tests {
		list, err := parsePlaces("targets", text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var words []string
		for _, target := range targetsOf(list) {
			words = append(words, string(target))
		}
		if got := strings.Join(words, " "); got != want.targets || withPorts(list, "") != want.ports {
			t.Errorf("%q: %q and %q", text, got, withPorts(list, ""))
		}
	}
	list, _ := parsePlaces("targets", "a.example:22\nb.example:22")
	if got := withPorts(list, "80"); got != "80,22" || list[1].line != 2 {
		t.Errorf("%q, line %d", got, list[1].line)
	}
}

func TestParsePlacesRefuses(t *testing.T) {
	for _, text := range []string{"a:b", "a.example:0", "a.example:65536", "192.0.2.9-192.0.2.1", "192.0.2.1-2001:db8::", "192.0.2.1-999", "*.example.com", "https://user:secret@a.example", "foo://a.example", "a.example, b_/x"} {
		_, err := parsePlaces("targets", text)
		if engine.KindOf(err) != engine.Invalid || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// FuzzParsePlaces: what is taken are targets that a scan takes, and a range stands for
// its addresses.
func FuzzParsePlaces(f *testing.F) {
	for _, text := range []string{"a.example:80,192.0.2.1-9", "[::1]:1", "https://x/", "1.2.3.4-5.6.7.8", "::-ffff::", "a\nb#c"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parsePlaces("targets", text)
		if err != nil {
			if engine.KindOf(err) != engine.Invalid {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		for _, p := range list {
			for _, target := range p.targets {
				if err := target.Validate(); err != nil {
					t.Errorf("%q: %v", text, err)
				}
			}
		}
		if err := withPorts(list, "").Validate(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}

func FuzzRange(f *testing.F) {
	f.Add([]byte{192, 0, 2, 1}, []byte{192, 0, 2, 9})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		from, ok1 := netip.AddrFromSlice(a)
		to, ok2 := netip.AddrFromSlice(b)
		if !ok1 || !ok2 || from.Is4() != to.Is4() || to.Less(from) {
			return
		}
		p, err := parseRange("", from, to.String())
		if err != nil {
			t.Fatal(err)
		}
		next := from
		for _, target := range p.targets {
			block := netip.MustParsePrefix(string(target))
			if block.Addr() != next || block.Masked() != block {
				t.Fatalf("%s-%s: %v", from, to, p.targets)
			}
			next = lastOf(block).Next()
		}
		if last := lastOf(netip.MustParsePrefix(string(p.targets[len(p.targets)-1]))); last != to || !slices.Contains([]bool{true, false}, next.IsValid()) {
			t.Errorf("%s-%s ends at %s", from, to, last)
		}
	})
}
