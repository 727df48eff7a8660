package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestPortsCanonical(t *testing.T) {
	for ports, want := range map[engine.Ports]engine.Ports{
		"80,22":       "22,80",
		" 22 , 80 ":   "22,80",
		"1-3,2-5,7,6": "1-7",
		"65535,1":     "1,65535",
		"all":         "1-65535",
		"443,443":     "443",

		"161-162/udp,53/udp,53": "53,53/udp,161-162/udp",
		"123/udp, 122 /udp":     "122-123/udp",
		"137/udp":               "137/udp",
	} {
		if got, err := ports.Canonical(); err != nil || got != want {
			t.Errorf("%q is %q (%v), want %q", ports, got, err, want)
		}
	}
}

// The counts are those of the private scanner API's documents.
func TestNamedSetsHaveTheDocumentedSize(t *testing.T) {
	for ports, want := range map[engine.Ports]int{"common": 141, "default": 1258, "": 1258, "all": 65535, "common,9": 142, "common,53/udp,53": 142} {
		if got := ports.Count(); got != want {
			t.Errorf("%q has %d ports, want %d", ports, got, want)
		}
	}
}

func TestPortsThatAreNotValid(t *testing.T) {
	for ports, part := range map[engine.Ports]string{
		"70000": "1 to 65535", "0": "1 to 65535", "80,http": "http", "9-3": "backwards", "80,,443": "neither",
		"0/udp": "1 to 65535", "53/tcp": "\"53/udp\" for UDP", "53/udp/udp": "transport", "/udp": "neither", "9-3/udp": "backwards", "common/udp": "neither",
		"-5": "neither", "1-": "neither", "99999999999999999999": "1 to 65535",
	} {
		var e *engine.Error
		if err := ports.Validate(); !errors.As(err, &e) || e.Kind != engine.Invalid || e.Field != "ports" {
			t.Errorf("%q: %v, want an Invalid error about ports", ports, err)
		} else if !strings.Contains(e.Error(), part) {
			t.Errorf("%q: %q does not say %q", ports, e.Error(), part)
		}
	}
}

func TestRangesAreOfOneTransport(t *testing.T) {
	for ports, want := range map[engine.Ports][2]string{
		"80,53/udp,81": {"[80-81]", "[53]"}, "161-162/udp": {"[]", "[161-162]"}, "common": {"", "[]"}, "": {"", "[53 123 137 161-162]"},
	} {
		tcp, err := ports.Ranges()
		udp, errUDP := ports.UDPRanges()
		if err != nil || errUDP != nil || want[0] != "" && fmt.Sprint(tcp) != want[0] || fmt.Sprint(udp) != want[1] {
			t.Errorf("%q is %v and %v (%v, %v), want %v", ports, tcp, udp, err, errUDP, want)
		}
	}
}

func TestEachYieldsEveryPortToTheLast(t *testing.T) {
	got := slices.Collect(engine.Each([]engine.PortRange{{First: 1, Last: 2}, {First: 65534, Last: 65535}}))
	if want := []uint16{1, 2, 65534, 65535}; !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
}

func FuzzPorts(f *testing.F) {
	for _, seed := range []string{"22,80,8000-8100", "common", "all,1", "1-65535", "5-1", ",", "53/udp", "1-9/udp,5-12/udp"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		canonical, err := engine.Ports(s).Canonical()
		if err != nil {
			return
		}
		if again, err := canonical.Canonical(); err != nil || again != canonical {
			t.Fatalf("canonical form of %q is %q, and of that %q (%v)", s, canonical, again, err)
		}
		if canonical.Count() != engine.Ports(s).Count() {
			t.Fatalf("%q has %d ports, %q has %d", s, engine.Ports(s).Count(), canonical, canonical.Count())
		}
	})
}
