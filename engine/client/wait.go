package client

import (
	"context"
	"math/rand/v2"
	"net/url"
	"strconv"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// pollTime is how long one long poll lasts, below the silence that proxies
	// commonly bear.
	pollTime = 25 * time.Second
	// pollPause is the time between two requests to an engine that answers at once
	// instead of when something has changed.
	pollPause = 2 * time.Second
	// restartTime is how long an engine may be away, for example to be upgraded,
	// before waiting for its scan is given up.
	restartTime = 2 * time.Minute
)

// Wait waits until a scan has ended, whichever way, and gives it. progress, if not
// nil, is called with the scan as it is first seen and after each change. When ctx
// ends or the engine stays away too long, the scan is given as it was last seen, with
// the error.
func (c *Client) Wait(ctx context.Context, id engine.ScanID, progress func(engine.Scan)) (engine.Scan, error) {
	return c.WaitAt(ctx, id, Cadence{First: pollPause, Longest: pollPause, Patience: restartTime}, progress)
}

// Cadence is how often an engine is asked that answers at once instead of when something
// has changed.
type Cadence struct {
	First    time.Duration // between two questions; it grows by half with each that tells nothing new
	Longest  time.Duration
	Patience time.Duration // how long the engine may be away
}

// WaitAt is [Client.Wait] at a cadence.
func (c *Client) WaitAt(ctx context.Context, id engine.ScanID, cadence Cadence, progress func(engine.Scan)) (engine.Scan, error) {
	w := &wait{client: c, id: id, progress: progress, patience: newPatience(), cadence: cadence, pause: cadence.First}
	w.limit = cadence.Patience
	for {
		if err := w.look(ctx); err != nil {
			return w.scan, err
		}
		if w.seen && w.scan.Status().Final() {
			return w.scan, nil
		}
	}
}

// wait is one Wait under way.
type wait struct {
	patience

	client   *Client
	id       engine.ScanID
	progress func(engine.Scan)
	cadence  Cadence
	pause    time.Duration // before the next question

	scan engine.Scan // as last seen
	seen bool
}

// look asks once, and waits before it returns if asking again at once is no use.
func (w *wait) look(ctx context.Context) error {
	asked := time.Now()
	scan, err := w.ask(ctx)
	if err != nil {
		return w.bear(ctx, err)
	}
	w.heard()
	if !w.seen || changed(w.scan, scan) {
		w.note(scan)
		w.pause = w.cadence.First
		return nil
	}
	if time.Since(asked) < w.pause {
		return w.rest(ctx)
	}
	return nil
}

// rest waits for about the pause, so that many who wait do not ask at the same time.
func (w *wait) rest(ctx context.Context) error {
	pause := w.pause
	w.pause = min(pause+pause/2, w.cadence.Longest)
	return sleep(ctx, pause*3/4+rand.N(pause/2+1))
}

// ask gives the scan: at once the first time, then when it has changed.
func (w *wait) ask(ctx context.Context) (scan engine.Scan, err error) {
	if !w.seen {
		return w.client.Scan(ctx, w.id)
	}
	parameters := url.Values{
		"wait":  {strconv.Itoa(int(pollTime / time.Second))},
		"after": {strconv.FormatInt(lastStepID(w.scan), 10)},
	}
	poll := get(scanPath(w.id), parameters)
	poll.long = true
	err = w.client.call(ctx, poll, &scan)
	return scan, err
}

func (w *wait) note(scan engine.Scan) {
	w.scan, w.seen = scan, true
	if w.progress != nil {
		w.progress(scan)
	}
}

// changed reports whether there is something to tell of b that was not known of a.
func changed(a, b engine.Scan) bool {
	return lastStepID(a) != lastStepID(b) || a.Count != b.Count || a.Summary != b.Summary || position(a) != position(b)
}

func lastStepID(scan engine.Scan) int64 {
	if len(scan.Steps) == 0 {
		return 0
	}
	return scan.Steps[len(scan.Steps)-1].ID
}

func position(scan engine.Scan) int {
	if scan.QueuePosition == nil {
		return 0
	}
	return *scan.QueuePosition
}
