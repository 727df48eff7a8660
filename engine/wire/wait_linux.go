package wire

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// waiter waits for packets, and until a context is done. It is not [poll], which has
// the system note each packet that comes also while nobody waits.
type waiter struct {
	bell *bell
	fds  []unix.PollFd
}

func newWaiter() (*waiter, error) {
	bell, err := newBell()
	if err != nil {
		return nil, err
	}
	return &waiter{bell: bell, fds: []unix.PollFd{{Fd: int32(bell.fd), Events: unix.POLLIN}}}, nil
}

// add makes the waiter wait for packets on a socket too.
func (w *waiter) add(fd int) {
	w.fds = append(w.fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
}

// wakeWith ends the waits from now on when ctx is done.
func (w *waiter) wakeWith(ctx context.Context) { w.bell.ringWith(ctx) }

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

func (w *waiter) close() error { return w.bell.close() }
