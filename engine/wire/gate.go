package wire

import (
	"encoding/binary"
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// gate is what an address must pass before a packet is sent to it. It remembers
// the verdicts on some addresses, because each is tried with many ports, but not on
// all: a space of millions must not cost memory.
type gate struct {
	scope    engine.Scope
	verdicts []verdict
}

// gateSlots is how many verdicts are remembered; 56 bytes each.
const gateSlots = 1 << 13

// verdict is on one address. Its zero is on no address.
type verdict struct {
	addr netip.Addr
	from netip.Addr // where packets leave from
	kind Kind       // what is known without sending, [Barred] where there is no way; else 0
}

func newGate(scope engine.Scope) gate {
	return gate{scope: scope, verdicts: make([]verdict, gateSlots)}
}

// slot is where the verdict on an address is kept, or on another one.
func (g *gate) slot(addr netip.Addr) *verdict {
	b := addr.As16()
	mixed := binary.BigEndian.Uint64(b[8:]) ^ binary.BigEndian.Uint64(b[:8])*0x9e3779b97f4a7c15
	mixed *= 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio spreads neighbours (Knuth, section 6.4)
	return &g.verdicts[mixed>>(64-13)]
}

// permit asks the scope about an address that has no verdict yet.
func (g *gate) permit(addr netip.Addr) error { return g.scope.Permit(addr) }
