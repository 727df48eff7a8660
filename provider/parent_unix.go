//go:build unix

package provider

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// awaitParent reports that the process which started this one has ended, or false
// when ctx is over. Unix tells nobody but by the parent's number, which changes to
// that of whoever adopts orphans, and by the pipes that nobody reads any more: a parent
// may have ended before its number was looked at.
func awaitParent(ctx context.Context) bool {
	const interval = 250 * time.Millisecond // about two microseconds of work each
	parent, tick := os.Getppid(), time.NewTicker(interval)
	defer tick.Stop()
	for os.Getppid() == parent && !isUnheard() {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
	return true
}

// isUnheard reports that standard error is a pipe without anybody at the other end.
func isUnheard() bool {
	stderr := []unix.PollFd{{Fd: 2}}
	n, err := unix.Poll(stderr, 0)
	return err == nil && n == 1 && stderr[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0
}
