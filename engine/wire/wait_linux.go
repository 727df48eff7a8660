package wire

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// waiter waits for sockets, and until a context is done.
type waiter struct {
	bell   int // an eventfd
	fds    []unix.PollFd
	ctx    context.Context //nolint:containedctx // it is only compared: another one needs another rope to the bell
	unhook func() bool
}

func newWaiter() (*waiter, error) {
	bell, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, fmt.Errorf("make an eventfd: %w", err)
	}
	return &waiter{bell: bell, fds: []unix.PollFd{{Fd: int32(bell), Events: unix.POLLIN}}}, nil
}

// add makes the waiter wait for packets on a socket too.
func (w *waiter) add(fd int) {
	w.fds = append(w.fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
}

// wakeWith ends all waits when ctx is done.
func (w *waiter) wakeWith(ctx context.Context) {
	if ctx == w.ctx {
		return
	}
	if w.unhook != nil {
		w.unhook()
	}
	bell := w.bell
	var rung [8]byte
	_, _ = unix.Read(bell, rung[:]) // by the last one
	w.ctx = ctx
	w.unhook = context.AfterFunc(ctx, func() {
		one := [8]byte{0: 1, 7: 1} // whatever the byte order, it is neither zero nor the largest number
		_, _ = unix.Write(bell, one[:])
	})
}

// wait ends when a packet is there, ctx is done or the time is over.
func (w *waiter) wait(most time.Duration) error {
	timeout := unix.NsecToTimespec(int64(max(0, most)))
	_, err := unix.Ppoll(w.fds, &timeout, nil)
	if err != nil && !errors.Is(err, unix.EINTR) {
		return fmt.Errorf("wait for packets: %w", err)
	}
	return nil
}

// writable waits until a socket takes more packets, and reports whether it does.
func writable(fd int, most time.Duration) bool {
	timeout := unix.NsecToTimespec(int64(most))
	n, err := unix.Ppoll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, &timeout, nil)
	return err == nil && n > 0
}

func (w *waiter) close() error {
	if w.unhook != nil {
		w.unhook()
	}
	return unix.Close(w.bell)
}
