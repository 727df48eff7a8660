package bus_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/bus"
)

// recorder is a handler that passes what agents say to channels.
type recorder struct {
	reports chan engine.Report
	failure error
}

func (r *recorder) Begin(_ context.Context, _ string, task engine.Task) (engine.Task, bus.Verdict, error) {
	task.Attempt = 7
	return task, bus.Go, r.failure
}

func (r *recorder) Take(_ context.Context, report engine.Report) (bus.Verdict, error) {
	if r.failure == nil {
		r.reports <- report
	}
	return bus.Gone, r.failure
}

func embed(t *testing.T, handler bus.Handler) *bus.Bus {
	t.Helper()
	b, err := bus.Embed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- b.Serve(ctx, handler) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-served, b.Close()); err != nil {
			t.Error(err)
		}
	})
	return b
}

func agentOf(b *bus.Bus) bus.Agent { return b.Agent("agent-1") }

func next(t *testing.T, a bus.Agent) bus.Delivery {
	t.Helper()
	d, err := a.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTaskTravelsOutAndReportBack(t *testing.T) {
	handler := &recorder{reports: make(chan engine.Report, 1)}
	b := embed(t, handler)
	agent := agentOf(b)
	if err := b.Feed(t.Context(), engine.Task{ScanID: 3, ID: 2, Targets: []engine.Target{"192.0.2.1"}}); err != nil {
		t.Fatal(err)
	}
	d := next(t, agent)
	task, verdict, err := agent.Begin(t.Context(), d.Task())
	if err != nil || verdict != bus.Go || task.Attempt != 7 || task.Targets[0] != "192.0.2.1" {
		t.Fatalf("Begin = %+v, %s, %v", task, verdict, err)
	}
	verdict, err = agent.Report(t.Context(), engine.Report{ScanID: 3, TaskID: 2, Done: true})
	if err != nil || verdict != bus.Gone {
		t.Fatalf("Report = %s, %v", verdict, err)
	}
	if got := <-handler.reports; got.Agent != "agent-1" || !got.Done {
		t.Fatalf("report = %+v", got)
	}
	if err := d.Ack(); err != nil {
		t.Fatal(err)
	}
}

func TestReleasedTaskComesAgain(t *testing.T) {
	b := embed(t, &recorder{})
	agent := agentOf(b)
	if err := b.Feed(t.Context(), engine.Task{ScanID: 1, ID: 1}); err != nil {
		t.Fatal(err)
	}
	if err := next(t, agent).Release(); err != nil {
		t.Fatal(err)
	}
	if got := next(t, agent).Task().ID; got != 1 {
		t.Fatalf("task %d came, want 1 again", got)
	}
}

func TestCancelTakesBackTasks(t *testing.T) {
	b := embed(t, &recorder{})
	for _, task := range []engine.Task{{ScanID: 1, ID: 1}, {ScanID: 1, ID: 2}, {ScanID: 2, ID: 1}} {
		if err := b.Feed(t.Context(), task); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Cancel(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if got := next(t, agentOf(b)).Task().ScanID; got != 2 {
		t.Fatalf("a task of scan %d came, want the one of scan 2", got)
	}
}

// TestHeldTasks are those that were fed and not acknowledged, also while an agent has them.
func TestHeldTasks(t *testing.T) {
	b := embed(t, &recorder{})
	for _, task := range []engine.Task{{ScanID: 1, ID: 1}, {ScanID: 1, ID: 2}, {ScanID: 1, ID: 3}, {ScanID: 12, ID: 9}} {
		if err := b.Feed(t.Context(), task); err != nil {
			t.Fatal(err)
		}
	}
	agent := agentOf(b)
	done, working := next(t, agent), next(t, agent)
	if err := done.Ack(); err != nil {
		t.Fatal(err)
	}
	if err := working.Working(); err != nil {
		t.Fatal(err)
	}
	want := map[engine.TaskID]bool{2: true, 3: true}
	for held := map[engine.TaskID]bool(nil); !maps.Equal(held, want); { // an acknowledgement is not answered
		var err error
		if held, err = b.Held(t.Context(), 1); err != nil || len(held) < len(want) {
			t.Fatalf("held are %v, %v, want %v", held, err, want)
		}
	}
}

func TestCancelTellsAgents(t *testing.T) {
	b := embed(t, &recorder{})
	agent := agentOf(b)
	stopped := make(chan engine.ScanID, 1024)
	watched := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { watched <- agent.Watch(ctx, func(id engine.ScanID) { stopped <- id }) }()
	cancelUntilHeard(t, b, stopped)
	cancel()
	if err := <-watched; err != nil {
		t.Fatal(err)
	}
}

// cancelUntilHeard cancels scan 1 until the watcher, whose subscription races with
// us, hears of it.
func cancelUntilHeard(t *testing.T, b *bus.Bus, stopped <-chan engine.ScanID) {
	t.Helper()
	for {
		if err := b.Cancel(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		select {
		case id := <-stopped:
			if id != 1 {
				t.Fatalf("scan %d was stopped, want 1", id)
			}
			return
		default:
		}
	}
}

func TestHandlerFailureReachesAgent(t *testing.T) {
	b := embed(t, &recorder{failure: errors.New("disk full")})
	agent := agentOf(b)
	if _, err := agent.Report(t.Context(), engine.Report{}); err == nil {
		t.Fatal("a report that was not committed was acknowledged")
	}
}

// A process that is killed must leave nothing behind in the folder for temporary files.
func TestBusKeepsNothingOnDisk(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir) // TMP on Windows, where the folder stays empty for that reason
	b := embed(t, &recorder{reports: make(chan engine.Report, 1)})
	empty := func() {
		t.Helper()
		if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
			t.Errorf("in the folder are %v, %v", files, err)
		}
	}
	empty()
	agent := agentOf(b)
	for id := range 20 {
		if err := b.Feed(t.Context(), engine.Task{ScanID: 1, ID: engine.TaskID(id + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 {
		if err := next(t, agent).Ack(); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Cancel(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	empty()
}
