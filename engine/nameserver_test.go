package engine_test

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestNameServers(t *testing.T) {
	got, err := engine.NameServers(" 192.0.2.53, [2001:db8::53]:5353 ,2001:db8::1").Places()
	want := []netip.AddrPort{netip.MustParseAddrPort("192.0.2.53:53"), netip.MustParseAddrPort("[2001:db8::53]:5353"), netip.MustParseAddrPort("[2001:db8::1]:53")}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v %v", got, err)
	}
	if got, err := engine.NameServers("").Places(); err != nil || len(got) > 0 {
		t.Errorf("none: %v, %v", got, err)
	}
	for _, bad := range []engine.NameServers{"dns.example", engine.NameServers(strings.Repeat("192.0.2.53,", 17))} {
		var known *engine.Error
		if err := (engine.Profile{Resolvers: bad}).Validate(); !errors.As(err, &known) || known.Kind != engine.Invalid || known.Field != "resolvers" {
			t.Errorf("%.20s: %v", bad, err)
		}
	}
}
