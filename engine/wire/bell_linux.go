package wire

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sys/unix"
)

// bell is an eventfd that becomes readable when a context is done, for those who
// wait for sockets.
type bell struct {
	fd     int
	ctx    context.Context // that rings it
	unhook func() bool

	mu     sync.Mutex // is held to ring and to close: who rings must not write to what comes after
	closed bool
}

func newBell() (*bell, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, fmt.Errorf("make an eventfd: %w", err)
	}
	return &bell{fd: fd}, nil
}

// ringWith rings from now on when ctx is done, and no more for any before it.
func (b *bell) ringWith(ctx context.Context) {
	if ctx == b.ctx {
		return
	}
	if b.unhook != nil {
		b.unhook()
	}
	var rung [8]byte
	_, _ = unix.Read(b.fd, rung[:]) // by the last one
	b.ctx = ctx
	b.unhook = context.AfterFunc(ctx, b.ring)
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	one := [8]byte{0: 1, 7: 1} // in either order of bytes neither zero nor the largest number
	_, _ = unix.Write(b.fd, one[:])
}

func (b *bell) close() error {
	if b.unhook != nil {
		b.unhook()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return unix.Close(b.fd)
}
