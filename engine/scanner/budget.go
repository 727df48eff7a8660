package scanner

import (
	"fmt"
	"net"
	"sync/atomic"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// budget is how many bytes a run may send and read, over everything it does.
type budget struct {
	total int64 // 0 has no limit
	spent atomic.Int64
	isOut atomic.Bool // something did not happen for want of bytes
}

// reserve takes n bytes that are about to be sent; false when there are not as many.
func (b *budget) reserve(n int64) bool {
	if b.spent.Add(n) <= b.total || b.total == 0 {
		return true
	}
	b.spent.Add(-n)
	b.isOut.Store(true)
	return false
}

// giveBack returns what was reserved and not needed.
func (b *budget) giveBack(n int64) { b.spent.Add(-n) }

// err says that the budget is used up; nil while it is not.
func (b *budget) err() error {
	if b.total == 0 || !b.isOut.Load() && b.spent.Load() < b.total {
		return nil
	}
	return &engine.Error{
		Kind: engine.Limit, Title: "Byte budget is used up", Field: "profile.max_bytes",
		Detail: fmt.Sprintf("the task has used the %d bytes that it may send and read; what it found until then is kept", b.total),
		Hint:   "raise max_bytes, or scan fewer addresses and ports",
	}
}

// meter is a connection whose bytes count. What is sent is counted before, what
// comes when it is read: nobody can say how much a peer will send.
type meter struct {
	net.Conn
	budget *budget
}

var _ net.Conn = (*meter)(nil)

func (m *meter) Read(p []byte) (int, error) {
	if err := m.budget.err(); err != nil {
		return 0, err
	}
	n, err := m.Conn.Read(p)
	m.budget.spent.Add(int64(n))
	return n, err
}

func (m *meter) Write(p []byte) (int, error) {
	if !m.budget.reserve(int64(len(p))) {
		return 0, m.budget.err()
	}
	return m.Conn.Write(p)
}
