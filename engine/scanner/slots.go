package scanner

import "context"

// slots is a counting semaphore.
type slots chan struct{}

// take waits for a slot; false when ctx is done first.
func (s slots) take(ctx context.Context) bool {
	select {
	case s <- struct{}{}:
		return ctx.Err() == nil || s.giveUp()
	case <-ctx.Done():
		return false
	}
}

func (s slots) giveUp() bool {
	s.free()
	return false
}

func (s slots) free() { <-s }
