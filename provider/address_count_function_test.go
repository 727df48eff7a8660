package provider_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestAddressCount(t *testing.T) {
	w := newWire(t)
	count := func(targets tftypes.Value) int64 {
		var got *big.Float
		w.must(w.result("address_count", targets).As(&got))
		n, _ := got.Int64()
		return n
	}
	if got := count(textsValue("192.0.2.0/28", "192.0.2.7/28", "example.com", "EXAMPLE.com.")); got != 17 {
		t.Errorf("%d addresses, want 17", got)
	}
	if got := count(textsValue()); got != 0 {
		t.Errorf("nothing is %d addresses", got)
	}
	if got := count(textsValue("2001:db8::/32")); got < math.MaxInt64-1024 {
		t.Errorf("an endless network is %d addresses", got)
	}
	wantArgumentError(t, w.ask("address_count", textsValue("300.1.1.1")), 0, "300.1.1.1")
}

func TestAccAddressCount(t *testing.T) { testExample(t, "functions/address_count") }
