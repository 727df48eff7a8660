package control

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Requests are limited by the minute and by the day. The minute is a bucket in
// memory: to forget it at a restart does no harm. The day is on record, but not with
// a write for each request: requests are counted in memory and written in batches
// that shrink as the limit comes near, and at least at every look after the queue.
// So a process that is killed forgets a twentieth of the day at most, and each
// further process that serves the same store lets a twentieth more pass at most.

// batchShare is which part of what is left of a day may wait in memory.
const batchShare = 20

// throttles is what all users have asked for lately.
type throttles struct {
	lock   sync.Mutex
	byUser map[engine.UserID]*throttle
	used   map[engine.KeyID]time.Time // keys whose use is not written yet
}

func newThrottles() *throttles {
	return &throttles{byUser: map[engine.UserID]*throttle{}, used: map[engine.KeyID]time.Time{}}
}

func (t *throttles) of(user engine.UserID) *throttle {
	t.lock.Lock()
	defer t.lock.Unlock()
	if t.byUser[user] == nil {
		t.byUser[user] = &throttle{user: user}
	}
	return t.byUser[user]
}

// throttle is what one user has asked for lately.
type throttle struct {
	user engine.UserID

	lock                 sync.Mutex    // guards all below
	minute, certificates *rate.Limiter // nil before the first request
	day                  time.Time     // by its first moment; zero before the first request
	written              int64         // requests of the day on record, by all processes
	waiting              int64         // and not written yet
}

// Throttle refuses a request that the caller's plan has no room for now, as an
// [engine.Throttled] error. certificates says that it searches or counts those.
func (c *Control) Throttle(ctx context.Context, caller engine.User, certificates bool) error {
	plan, err := c.Plan(caller)
	if err != nil {
		return err
	}
	t := c.throttles.of(caller.ID)
	t.lock.Lock()
	defer t.lock.Unlock()
	bucket, limit := &t.minute, plan.RequestsPerMinute
	if certificates {
		bucket, limit = &t.certificates, plan.CertificateRequestsPerMinute
	}
	if err := perMinute(bucket, limit, plan); err != nil {
		return err
	}
	return t.perDayLocked(ctx, c.Store, plan)
}

// perMinute takes one of the minute's requests, or says when there will be one.
func perMinute(bucket **rate.Limiter, limit int64, plan engine.Plan) error {
	switch limit {
	case engine.Unlimited:
		return nil
	case 0:
		return throttled(plan, "minute", 0, 0, time.Minute)
	}
	if *bucket == nil || (*bucket).Burst() != int(limit) { // the first request, or another plan
		*bucket = rate.NewLimiter(rate.Every(time.Minute/time.Duration(limit)), int(limit))
	}
	at := time.Now()
	next := (*bucket).ReserveN(at, 1)
	wait := next.DelayFrom(at)
	if wait == 0 {
		return nil
	}
	next.CancelAt(at)
	return throttled(plan, "minute", limit, limit, wait)
}

func (t *throttle) perDayLocked(ctx context.Context, s store.Store, plan engine.Plan) error {
	limit := plan.RequestsPerDay
	if limit == engine.Unlimited {
		return nil
	}
	if err := t.beginDayLocked(ctx, s); err != nil {
		return err
	}
	tomorrow := time.Until(nextDay(t.day))
	if t.written+t.waiting >= limit {
		return throttled(plan, "day", limit, t.written+t.waiting, tomorrow)
	}
	t.waiting++
	if t.waiting <= (limit-t.written)/batchShare {
		return nil
	}
	if err := t.writeLocked(ctx, s); err != nil {
		return err
	}
	if t.written > limit { // another process was faster
		return throttled(plan, "day", limit, limit, tomorrow)
	}
	return nil
}

// beginDayLocked begins a new day, if there is one, with what is on record of it.
func (t *throttle) beginDayLocked(ctx context.Context, s store.Store) error {
	today := time.Now().UTC().Truncate(24 * time.Hour)
	if t.day.Equal(today) {
		return nil
	}
	if err := t.writeLocked(ctx, s); err != nil {
		return err
	}
	return s.View(ctx, func(tx store.Tx) error {
		n, err := tx.RequestsOn(t.user, today)
		if err == nil {
			t.day, t.written = today, n
		}
		return err
	})
}

// writeLocked puts what waits on record.
func (t *throttle) writeLocked(ctx context.Context, s store.Store) error {
	if t.waiting == 0 {
		return nil
	}
	var total int64
	err := s.Update(ctx, func(tx store.Tx) (err error) {
		total, err = tx.AddRequests(t.user, t.day, t.waiting)
		return err
	})
	if err == nil || engine.KindOf(err) == engine.NotFound { // the user was removed
		t.written, t.waiting = total, 0
		return nil
	}
	return err
}

// unwritten is how many requests of a user's wait to be written.
func (t *throttles) unwritten(user engine.UserID) int64 {
	one := t.of(user)
	one.lock.Lock()
	defer one.lock.Unlock()
	return one.waiting
}

func throttled(plan engine.Plan, what string, limit, current int64, wait time.Duration) error {
	return &engine.Error{
		Kind: engine.Throttled, Title: "Too many requests this " + what, Limit: limit, Current: current, RetryAfter: wait,
		Detail: fmt.Sprintf("the plan %s allows %d requests a %s", plan.Name, limit, what),
		Hint:   fmt.Sprintf("the plan %s allows %d requests a %s; wait as long as Retry-After says", plan.Name, limit, what),
	}
}

func nextDay(at time.Time) time.Time {
	return at.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
}
