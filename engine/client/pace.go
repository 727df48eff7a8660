package client

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// pace keeps the requests of a client within what it may ask for: so many at a time, so
// many a minute, and none while the engine wants to be left alone. What one request is
// told all others heed, or each would be refused for itself.
type pace struct {
	slots  chan struct{} // one is held by each request; nil has no limit
	minute *rate.Limiter // nil has no limit

	lock  sync.Mutex
	until time.Time // the engine wants no request before
}

func newPace(atOnce, perMinute int) *pace {
	p := &pace{}
	if atOnce > 0 {
		p.slots = make(chan struct{}, atOnce)
	}
	if perMinute > 0 {
		p.minute = rate.NewLimiter(rate.Every(time.Minute/time.Duration(perMinute)), perMinute)
	}
	return p
}

// enter waits until r may be sent. leave is called when its answer has begun. A long
// request holds no slot: it would keep others from theirs without asking for anything.
func (p *pace) enter(ctx context.Context, r request) (leave func(), err error) {
	if err := p.pause(ctx); err != nil {
		return nil, err
	}
	if p.minute != nil {
		if err := p.minute.Wait(ctx); err != nil {
			return nil, interrupted(err, errors.Is(ctx.Err(), context.DeadlineExceeded) || ctx.Err() == nil)
		}
	}
	if p.slots == nil || r.long {
		return func() {}, nil
	}
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	case <-ctx.Done():
		return nil, interrupted(ctx.Err(), errors.Is(ctx.Err(), context.DeadlineExceeded))
	}
}

// pause waits for as long as the engine wants to be left alone.
func (p *pace) pause(ctx context.Context) error {
	p.lock.Lock()
	wait := time.Until(p.until)
	p.lock.Unlock()
	if wait <= 0 {
		return nil
	}
	return sleep(ctx, wait)
}

// heed notes that the engine has refused a request because there are too many. A time
// that is the user's to wait is not waited for by others either: each is told of it.
func (p *pace) heed(err error) {
	after := retryAfter(err)
	if engine.KindOf(err) != engine.Throttled || after > maxRetryAfter {
		return
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	if until := time.Now().Add(after); until.After(p.until) {
		p.until = until
	}
}
