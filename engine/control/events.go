package control

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// maxListeners is how many may listen to events at once, one user's and all: each
	// holds a connection and looks at the store now and then.
	maxListeners     = 1000
	maxListenersEach = 100
	// queueTime is how often a listener looks where a waiting scan stands: that changes
	// with other scans.
	queueTime = time.Second
	// aliveTime is how long a listener hears nothing at most.
	aliveTime = 15 * time.Second
)

// Events yields what happens to a scan from now on, after the steps that are newer than
// afterStep and the state of things, until it has ended. Steps come whole and in order,
// also those that several readings fell together in; of counts and places only the last
// is told. A sequence ends with [engine.EventEnd], with an error, or because ctx ends.
func (c *Control) Events(ctx context.Context, caller engine.User, id engine.ScanID, afterStep int64) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		leave, err := c.listeners.enter(caller.ID)
		if err != nil {
			yield(engine.Event{}, err)
			return
		}
		defer leave()
		l := listener{step: afterStep, yield: yield}
		if err := c.listen(ctx, caller, id, &l); err != nil && ctx.Err() == nil {
			yield(engine.Event{}, err)
		}
	}
}

// listen tells of every change until the listener has heard enough.
func (c *Control) listen(ctx context.Context, caller engine.User, id engine.ScanID, l *listener) error {
	next, leave := c.changes.follow(ctx, id)
	defer leave()
	alive := time.NewTimer(aliveTime)
	defer alive.Stop()
	for {
		changed := next()
		scan, err := c.Scan(ctx, caller, id)
		if err != nil {
			return err
		}
		if l.hear(scan) {
			alive.Reset(aliveTime)
		}
		if l.over {
			return nil
		}
		select {
		case <-changed:
		case <-lookAgain(scan):
		case <-alive.C:
			l.tell(engine.Event{Kind: engine.EventAlive})
			alive.Reset(aliveTime)
		case <-ctx.Done():
			return nil
		}
		if l.over {
			return nil
		}
	}
}

// lookAgain says when to look where a scan stands although nothing is known to have
// changed: never, unless it waits.
func lookAgain(scan engine.Scan) <-chan time.Time {
	if scan.State() != engine.StatePending {
		return nil
	}
	return time.After(queueTime)
}

// listener is what somebody who listens has heard of a scan.
type listener struct {
	yield  func(engine.Event, error) bool
	step   int64 // the last one told
	queue  engine.QueueEvent
	counts engine.CountsEvent
	began  bool
	over   bool
}

// hear tells what is new about a scan, and reports whether anything was.
func (l *listener) hear(scan engine.Scan) (told bool) {
	for _, step := range scan.Steps {
		if step.ID > l.step {
			l.step, told = step.ID, true
			l.tell(engine.Event{Kind: engine.EventStep, Step: &step})
		}
	}
	queue := engine.QueueEvent{QueuePosition: scan.QueuePosition, EstimatedTime: scan.EstimatedTime}
	if !scan.State().Final() && (!l.began || !sameValue(queue.QueuePosition, l.queue.QueuePosition) || !sameValue(queue.EstimatedTime, l.queue.EstimatedTime)) {
		told = true
		l.tell(engine.Event{Kind: engine.EventQueue, Queue: &queue})
	}
	counts := engine.CountsEvent{Count: scan.Count, Summary: scan.Summary}
	if !l.began || counts != l.counts {
		told = true
		l.tell(engine.Event{Kind: engine.EventCounts, Counts: &counts})
	}
	l.queue, l.counts, l.began = queue, counts, true
	if scan.State().Final() {
		l.tell(engine.Event{Kind: engine.EventEnd, Scan: &scan})
		l.over = true
	}
	return told
}

func (l *listener) tell(event engine.Event) {
	l.over = l.over || !l.yield(event, nil)
}

func sameValue[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func tooManyListeners(limit, current int) error {
	return &engine.Error{
		Kind: engine.Throttled, Title: "Too many listeners", RetryAfter: aliveTime,
		Detail: fmt.Sprintf("%d requests listen to events already, at most %d may", current, limit),
		Hint:   "close some, or ask for the scan instead", Limit: int64(limit), Current: int64(current),
	}
}
