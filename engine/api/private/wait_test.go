package private_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

func TestWaitAnswersAtOnceWhenThereIsNews(t *testing.T) {
	r := open(t)
	id := r.pending("x")
	if got := r.own(fmt.Sprintf("GET /api/scanner/%d/?wait=60&after=0", id), "").is(200).object(); got["status"] != "pending" {
		t.Errorf("status %v", got["status"])
	}
	ended := r.done("x", nil, nil)
	// Whatever is waited for, a scan that has ended has nothing more to tell.
	if got := r.own(fmt.Sprintf("GET /api/scanner/%d?wait=60&after=999999999", ended), "").is(200).object(); got["status"] != "done" {
		t.Errorf("status %v", got["status"])
	}
}

func TestWaitAnswersWhenTheScanChanges(t *testing.T) {
	r := open(t)
	id := r.pending("x")
	answered := make(chan answer, 1)
	go func() { answered <- r.own(fmt.Sprintf("GET /api/scanner/%d/?wait=60", id), "") }()
	// Whether this comes before or during the wait, it ends it.
	if _, err := r.control.CancelScan(t.Context(), r.user, id); err != nil {
		t.Fatal(err)
	}
	if got := (<-answered).is(200).object(); got["status"] != "cancelled" {
		t.Errorf("status %v", got["status"])
	}
}

// waiting notes how long a wait was to last, and otherwise is the control it holds.
type waiting struct {
	*control.Control
	asked chan time.Duration
	after chan int64
}

func (w *waiting) AwaitScan(ctx context.Context, caller engine.User, id engine.ScanID, after int64) (engine.Scan, error) {
	deadline, _ := ctx.Deadline()
	w.asked <- time.Until(deadline)
	w.after <- after
	return w.Scan(ctx, caller, id)
}

func TestWaitIsCapped(t *testing.T) {
	r := open(t)
	w := &waiting{Control: r.control, asked: make(chan time.Duration, 1), after: make(chan int64, 1)}
	r.serve(private.Handler(w, nil))
	id := r.pending("x")
	for parameter, limit := range map[string]time.Duration{"5": 5 * time.Second, "60": private.MaxWait, "86400": private.MaxWait, "9223372036854775807": private.MaxWait} {
		r.own(fmt.Sprintf("GET /api/scanner/%d/?wait=%s&after=42", id, parameter), "").is(200)
		if got := <-w.asked; got > limit || got < limit-2*time.Second {
			t.Errorf("wait=%s lasts %s, want %s", parameter, got, limit)
		}
		if got := <-w.after; got != 42 {
			t.Errorf("after is %d", got)
		}
	}
	r.own(fmt.Sprintf("GET /api/scanner/%d/?wait=0&after=42", id), "").is(200) // nobody waits
	if len(w.asked) != 0 {
		t.Error("wait=0 waited")
	}
	// Without after, the next step is waited for.
	r.own(fmt.Sprintf("GET /api/scanner/%d/?wait=1", id), "").is(200)
	scan, err := r.control.Scan(t.Context(), r.user, id)
	if err != nil {
		t.Fatal(err)
	}
	if got := <-w.after; got != scan.Steps[0].ID {
		t.Errorf("after is %d, want the last step %d", got, scan.Steps[0].ID)
	}
}
