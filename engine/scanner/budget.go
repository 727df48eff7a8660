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
}

// reserve takes n bytes that are about to be sent; false when there are not as many.
func (b *budget) reserve(n int) bool {
	if b.spent.Add(int64(n)) <= b.total || b.total == 0 {
		return true
	}
	return false // and it stays so: what does not fit ends the run
}

// err says that the budget is used up; nil while it is not.
func (b *budget) err() error {
	if b.total == 0 || b.spent.Load() < b.total {
		return nil
	}
	return &engine.Error{
		Kind: engine.Limit, Title: "Byte budget is used up", Field: "profile.max_bytes",
		Detail: fmt.Sprintf("the task has sent and read the %d bytes that it may; what it found until then is kept", b.total),
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
	if !m.budget.reserve(len(p)) {
		return 0, m.budget.err()
	}
	return m.Conn.Write(p)
}
