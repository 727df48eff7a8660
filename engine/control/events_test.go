package control_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// heard is what somebody has heard of a scan.
type heard struct {
	steps []int64
	kinds []engine.EventKind
	last  engine.Event
}

// listen hears a scan to its end, or until ctx ends, in the background.
func (h *house) listen(ctx context.Context, t *testing.T, id engine.ScanID, after int64) <-chan engine.Event {
	t.Helper()
	events := make(chan engine.Event)
	go func() {
		defer close(events)
		for event, err := range h.Events(ctx, h.user, id, after) {
			if err != nil {
				t.Errorf("listen: %v", err)
				return
			}
			select {
			case events <- event:
			case <-ctx.Done():
				return
			}
		}
	}()
	return events
}

func collect(events <-chan engine.Event) (all heard) {
	for event := range events {
		all.kinds, all.last = append(all.kinds, event.Kind), event
		if event.Kind == engine.EventStep {
			all.steps = append(all.steps, event.Step.ID)
		}
	}
	return all
}

func stepIDs(scan engine.Scan) (ids []int64) {
	for _, step := range scan.Steps {
		ids = append(ids, step.ID)
	}
	return ids
}

func TestListenerHearsAScanToItsEnd(t *testing.T) {
	h := start(t)
	scan := h.create(t, "192.0.2.0/26")
	events := h.listen(t.Context(), t, scan.ID, 0)
	first := <-events
	if first.Kind != engine.EventStep || first.Step.ID != scan.Steps[0].ID {
		t.Errorf("first it hears %+v", first)
	}
	agent := h.agent()
	go func() {
		for range 2 {
			task, d := take(t, agent)
			finish(t, agent, task, d)
		}
	}()
	all := collect(events)
	done := h.get(t, scan.ID)
	if !slices.Equal(all.steps, stepIDs(done)[1:]) {
		t.Errorf("it hears the steps %v of %v", all.steps, stepIDs(done))
	}
	if all.last.Kind != engine.EventEnd || all.last.Scan.Status() != engine.StatusDone || all.last.Scan.Count != 2 {
		t.Errorf("at last it hears %+v", all.last)
	}
	if !slices.Contains(all.kinds, engine.EventCounts) || !slices.Contains(all.kinds, engine.EventQueue) {
		t.Errorf("it hears %v", all.kinds)
	}
}

func TestListenerWhoComesBackMissesNothing(t *testing.T) {
	h := open(t, t.TempDir())
	scan := h.create(t, "192.0.2.1")
	leave(t, h, scan.ID, "elsewhere|1|x", time.Now().Add(time.Hour))
	if _, err := h.CancelScan(t.Context(), h.user, scan.ID); err != nil {
		t.Fatal(err)
	}
	ids := stepIDs(h.get(t, scan.ID))
	for i := range ids {
		all := collect(h.listen(t.Context(), t, scan.ID, ids[i]))
		if !slices.Equal(all.steps, ids[i+1:]) || all.last.Kind != engine.EventEnd {
			t.Errorf("after step %d it hears %v and %v", i, all.steps, all.kinds)
		}
	}
}

func TestListenerHearsOfOtherProcesses(t *testing.T) {
	dir := t.TempDir()
	here, there := open(t, dir), open(t, dir)
	scan := here.create(t, "192.0.2.1")
	events := here.listen(t.Context(), t, scan.ID, 0)
	<-events
	if _, err := there.CancelScan(t.Context(), there.user, scan.ID); err != nil {
		t.Fatal(err)
	}
	if all := collect(events); all.last.Kind != engine.EventEnd || all.last.Scan.Status() != engine.StatusCancelled {
		t.Errorf("at last it hears %+v", all.last)
	}
}

func TestListenerHearsOfItsPlaceAndOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := archive(t, t.TempDir())
		defer h.close(t)
		first, second := h.create(t, "192.0.2.1"), h.create(t, "192.0.2.2")
		ctx, cancel := context.WithCancel(t.Context())
		events := h.listen(ctx, t, second.ID, 0)
		step, place, counts := <-events, <-events, <-events
		if step.Kind != engine.EventStep || place.Kind != engine.EventQueue || *place.Queue.QueuePosition != 2 || counts.Kind != engine.EventCounts {
			t.Errorf("at first it hears %+v, %+v, %+v", step, place, counts)
		}
		began := time.Now()
		if alive := <-events; alive.Kind != engine.EventAlive || time.Since(began) != 15*time.Second {
			t.Errorf("after %s it hears %+v", time.Since(began), alive)
		}
		if _, err := h.CancelScan(t.Context(), h.user, first.ID); err != nil {
			t.Fatal(err)
		}
		if moved := <-events; moved.Kind != engine.EventQueue || *moved.Queue.QueuePosition != 1 {
			t.Errorf("when it is next it hears %+v", moved)
		}
		cancel()
		collect(events)
		if all, followed := h.Listening(); all != 0 || followed != 0 {
			t.Errorf("after all have gone %d listen and %d scans are followed", all, followed)
		}
		<-time.After(time.Second) // for the last look at other processes
	})
}

func TestListenersAreCounted(t *testing.T) {
	h := open(t, t.TempDir())
	scan := h.create(t, "192.0.2.1")
	ctx, cancel := context.WithCancel(t.Context())
	const most = 100
	var listening []<-chan engine.Event
	for range most {
		events := h.listen(ctx, t, scan.ID, 0)
		<-events
		listening = append(listening, events)
	}
	for _, err := range h.Events(ctx, h.user, scan.ID, 0) {
		if engine.KindOf(err) != engine.Throttled {
			t.Errorf("listener %d: %v", most+1, err)
		}
	}
	bob := h.join(t, "bob@example.com", "")
	for _, err := range h.Events(ctx, bob, scan.ID, 0) {
		if engine.KindOf(err) != engine.NotFound {
			t.Errorf("a stranger listens: %v", err)
		}
	}
	cancel()
	for _, events := range listening {
		collect(events)
	}
	if all, _ := h.Listening(); all != 0 {
		t.Errorf("%d listen after all have gone", all)
	}
}
