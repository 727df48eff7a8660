package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	firstDelay = 200 * time.Millisecond
	lastDelay  = 5 * time.Second
	// maxRetryAfter is the longest an engine may ask us to wait before we rather give
	// its refusal to the user.
	maxRetryAfter = time.Minute
)

// trouble is the cause of an error on the way to an engine, and what it means for
// sending the request again.
type trouble struct {
	passing bool // it may be over in a moment
	unsent  bool // the engine has seen nothing of the request
	cause   error
}

func (t *trouble) Error() string {
	if t.cause == nil {
		return "refused"
	}
	return t.cause.Error()
}

func (t *trouble) Unwrap() error { return t.cause }

// passing reports whether the same request may succeed in a moment.
func passing(err error) bool {
	var t *trouble
	return errors.As(err, &t) && t.passing
}

// repeatable reports whether r is to be sent again after err. What changes something
// is sent again only if the engine cannot have seen it: a scan created twice is worse
// than an error.
func repeatable(r request, err error) bool {
	var t *trouble
	if !errors.As(err, &t) || !t.passing || retryAfter(err) > maxRetryAfter {
		return false
	}
	return r.safe || t.unsent
}

// retryAfter is how long the engine asked us to wait, 0 if it did not.
func retryAfter(err error) time.Duration {
	var known *engine.Error
	if !errors.As(err, &known) {
		return 0
	}
	return known.RetryAfter
}

// delay is how long to wait after the given attempt, counted from 0: twice as long
// each time, and at random so that many clients do not come back at once, but never
// less than was asked for.
func delay(attempt int, err error) time.Duration {
	limit := min(lastDelay, firstDelay<<min(attempt, 10))
	return retryAfter(err) + limit/2 + rand.N(limit/2)
}

// patience is how long an engine is waited for that has answered before.
type patience struct {
	answered time.Time // when it last did
	failures int       // since then
	limit    time.Duration
}

func newPatience() patience { return patience{answered: time.Now(), limit: restartTime} }

// heard notes that the engine has answered.
func (p *patience) heard() { p.answered, p.failures = time.Now(), 0 }

// bear waits a moment after an error that may pass, and gives back any other, or one
// that has lasted longer than the limit.
func (p *patience) bear(ctx context.Context, err error) error {
	if ctx.Err() != nil || !passing(err) || time.Since(p.answered) > p.limit {
		return err
	}
	p.failures++
	return sleep(ctx, delay(p.failures, err))
}

// sleep waits for d, or until ctx ends and gives its error.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return interrupted(ctx.Err(), errors.Is(ctx.Err(), context.DeadlineExceeded))
	}
}
