package scanner

import (
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// Budget is how many bytes may be sent and read, over everything that shares it:
// payload and the heads of the packets that carry it, as far as they can be known here.
type Budget struct {
	total int64 // 0 has no limit
	spent atomic.Int64
	isOut atomic.Bool // something did not happen for want of bytes
}

// NewBudget makes a budget of total bytes; 0 has no limit.
func NewBudget(total int64) *Budget { return &Budget{total: total} }

// Meter is a wire whose bytes count.
func (b *Budget) Meter(w wire.Wire) wire.Wire {
	if b.total == 0 {
		return w
	}
	return &metered{w, b}
}

// reserve takes n bytes that are about to be sent; false when there are not as many.
func (b *Budget) reserve(n int64) bool {
	if b.spent.Add(n) <= b.total || b.total == 0 {
		return true
	}
	b.spent.Add(-n)
	b.isOut.Store(true)
	return false
}

// giveBack returns what was reserved and not needed.
func (b *Budget) giveBack(n int64) { b.spent.Add(-n) }

// Err says that the budget is used up, as an [engine.Limit] error; nil while it is not.
func (b *Budget) Err() error {
	if b.total == 0 || !b.isOut.Load() && b.spent.Load() < b.total {
		return nil
	}
	return &engine.Error{
		Kind: engine.Limit, Title: "Byte budget is used up", Field: "profile.max_bytes",
		Detail: fmt.Sprintf("the %d bytes that may be sent and read are used; what was found until then is kept", b.total),
		Hint:   "raise max_bytes, or scan fewer addresses and ports",
	}
}

const (
	// headBytes is a packet's head: 40 bytes of IPv6 and 32 of TCP with time stamps.
	headBytes = 72
	// segmentBytes is the payload of a full segment on an Ethernet.
	segmentBytes = 1428
	// connectionBytes is what a connection costs that carries nothing: three packets to
	// open it, four to close it (RFC 9293 sections 3.5 and 3.6).
	connectionBytes = 7 * (headBytes + 8)
	// windowBytes is what a peer may have sent before it is read, heads included, where
	// bytes count: the least buffer that pages still come through at a good speed.
	windowBytes = 16 << 10
)

// onTheWire is what n bytes of payload take with their heads, and the packet that
// acknowledges them.
func onTheWire(n int) int64 {
	return int64(n) + headBytes*(2+int64(n)/segmentBytes)
}

// meter is a connection whose bytes count. What is sent is counted before, what
// comes when it is read: nobody can say how much a peer will send, only how much it
// may before it is read. That is reserved as long as the connection lives.
type meter struct {
	net.Conn
	budget *Budget
	closed sync.Once
}

// Close implements [net.Conn].
func (m *meter) Close() error {
	m.closed.Do(func() { m.budget.giveBack(windowBytes) })
	return m.Conn.Close()
}

var _ net.Conn = (*meter)(nil)

func (m *meter) Read(p []byte) (int, error) {
	if err := m.budget.Err(); err != nil {
		return 0, err
	}
	n, err := m.Conn.Read(p)
	m.budget.spent.Add(onTheWire(n))
	return n, err
}

func (m *meter) Write(p []byte) (int, error) {
	if !m.budget.reserve(onTheWire(len(p))) {
		return 0, m.budget.Err()
	}
	return m.Conn.Write(p)
}
