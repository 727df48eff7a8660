package sqlite

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// untilFree repeats fn while it fails because another process has the file, for as long
// as ctx lets it. SQLite itself waits a little, but not where it needs the file for
// itself: when it is made, and when the last process that had it open tidies up.
func untilFree(ctx context.Context, fn func() error) error {
	for {
		err := fn()
		if !isBusy(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(pause()):
		}
	}
}

func isBusy(err error) bool {
	switch code(err) & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_PROTOCOL:
		return true
	}
	return false
}

// code gives SQLite's extended result code of an error, 0 if it has none.
func code(err error) int {
	var failure *driver.Error
	if errors.As(err, &failure) {
		return failure.Code()
	}
	return lib.SQLITE_OK
}

// pause is between 1 and 5 ms, so that racing processes fall out of step.
func pause() time.Duration { return time.Millisecond + rand.N(4*time.Millisecond) }
