package scanner

import (
	"context"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

const (
	// attemptBytes is what an attempt sends at most: 40 bytes of IPv6 and 40 of TCP with
	// options (RFC 9293 section 3.1), or a datagram of up to 100 bytes with its head.
	attemptBytes = 148
	// acceptBytes is what follows when it is accepted, both ways: the answer, an
	// acknowledgement and a reset, 72 bytes each.
	acceptBytes = 3 * 72
	// refusalBytes is a refusal: a reset, or an ICMP error that quotes the attempt.
	refusalBytes = 100
)

// metered is a wire whose bytes count. Each attempt reserves what it would cost if
// it were accepted, so that the budget is never exceeded.
type metered struct {
	wire.Wire
	budget *Budget
}

var _ wire.Wire = (*metered)(nil)

// Send implements [wire.Wire].
func (m *metered) Send(a wire.Attempt) error {
	if !m.budget.reserve(attemptBytes + acceptBytes) {
		return m.budget.Err()
	}
	err := m.Wire.Send(a)
	if err != nil {
		m.budget.giveBack(attemptBytes + acceptBytes)
	}
	return err
}

// Release implements [wire.Wire].
func (m *metered) Release(a wire.Attempt) {
	m.budget.giveBack(acceptBytes)
	m.Wire.Release(a)
}

// Receive implements [wire.Wire].
func (m *metered) Receive(ctx context.Context, until time.Time, take func(wire.Answer)) error {
	return m.Wire.Receive(ctx, until, func(a wire.Answer) {
		switch a.Kind {
		case wire.Open:
			m.budget.spent.Add(acceptBytes)
		case wire.Closed, wire.Barred:
			m.budget.spent.Add(refusalBytes)
		}
		take(a)
	})
}
