package sqlite

import (
	"context"
	"math/rand/v2"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// untilFree repeats fn while it fails because another process has the file. The
// busy timeout of a connection does most waiting, but SQLite does not apply it
// to the switch to WAL, which needs the file for itself.
func untilFree(ctx context.Context, fn func() error) error {
	deadline := time.Now().Add(busyTimeout)
	for {
		err := fn()
		if !busy(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause()):
		}
	}
}

func busy(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return true
	}
	return false
}

// pause is between 1 and 5 ms, so that racing processes fall out of step.
func pause() time.Duration {
	return time.Millisecond + rand.N(4*time.Millisecond)
}
