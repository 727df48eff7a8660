package probe

import (
	"context"
	"errors"
	"net"
	"time"
)

// ErrBudget ends reading from a peer that has sent all a connection may carry.
var ErrBudget = errors.New("the peer sent more than a connection may carry")

// Bound puts the limits of a [Dialer] on a connection: at most size bytes are
// read, it ends after life whatever deadlines are set, and with ctx at once.
func Bound(ctx context.Context, conn net.Conn, size int64, life time.Duration) net.Conn {
	b := &bounded{Conn: conn, left: size, end: time.Now().Add(life)}
	b.stop = context.AfterFunc(ctx, func() { _ = conn.Close() })
	_ = conn.SetDeadline(b.end) // fails only on a closed connection, which the first read will tell
	return b
}

// bounded is a connection with limits. Like the protocols it serves it has one
// reader at a time.
type bounded struct {
	net.Conn
	left int64
	end  time.Time
	stop func() bool
}

var _ net.Conn = (*bounded)(nil)

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, ErrBudget
	}
	n, err := b.Conn.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

func (b *bounded) Close() error {
	b.stop()
	return b.Conn.Close()
}

func (b *bounded) SetDeadline(t time.Time) error      { return b.Conn.SetDeadline(b.clamp(t)) }
func (b *bounded) SetReadDeadline(t time.Time) error  { return b.Conn.SetReadDeadline(b.clamp(t)) }
func (b *bounded) SetWriteDeadline(t time.Time) error { return b.Conn.SetWriteDeadline(b.clamp(t)) }

func (b *bounded) clamp(t time.Time) time.Time {
	if t.IsZero() || t.After(b.end) {
		return b.end
	}
	return t
}
