//go:build unix

package provider

import (
	"context"
	"os"
	"time"
)

// awaitParent reports that the process which started this one has ended, or false
// when ctx is over. Unix tells nobody but by the parent's number, which changes to
// that of whoever adopts orphans.
func awaitParent(ctx context.Context) bool {
	const interval = 250 * time.Millisecond // about a microsecond of work each
	parent, tick := os.Getppid(), time.NewTicker(interval)
	defer tick.Stop()
	for os.Getppid() == parent {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
	return true
}
