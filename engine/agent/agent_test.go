package agent_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/agent"
	"github.com/portolan-io/terraform-provider-portolan/engine/bus"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// desk is control as the agent meets it: it records what comes in.
type desk struct {
	reports chan engine.Report
	verdict bus.Verdict // of reports
}

func (d *desk) Begin(_ context.Context, _ string, task engine.Task) (engine.Task, bus.Verdict, error) {
	task.Attempt++
	return task, bus.Go, nil
}

func (d *desk) Take(_ context.Context, report engine.Report) (bus.Verdict, error) {
	d.reports <- report
	return d.verdict, nil
}

// script is a scanner that does what the test says.
type script func(ctx context.Context, task engine.Task, sink scanner.Sink) error

func (s script) Run(ctx context.Context, task engine.Task, sink scanner.Sink) error {
	return s(ctx, task, sink)
}

// employ runs an agent with this scanner until the test ends or stop is called.
func employ(t *testing.T, d *desk, s script) (b *bus.Bus, stop func()) {
	t.Helper()
	b, err := bus.Embed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	line := b.Agent("a")
	life, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	work, stopWork := context.WithCancel(life)
	ended := make(chan error, 2)
	go func() { ended <- b.Serve(life, d) }()
	worked := make(chan error, 1)
	worker := &agent.Agent{Bus: line, Scanner: s, Slots: 2, Log: slog.New(slog.DiscardHandler)}
	go func() { worked <- worker.Run(work) }()
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			stopWork()
			if err := <-worked; err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(func() {
		stop()
		cancel()
		if err := errors.Join(<-ended, b.Close()); err != nil {
			t.Error(err)
		}
	})
	return b, stop
}

func feed(t *testing.T, b *bus.Bus, task engine.Task) {
	t.Helper()
	if err := b.Feed(t.Context(), task); err != nil {
		t.Fatal(err)
	}
}

func response(body string) engine.Response {
	r := engine.NewResponse(engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: 80, Transport: engine.TCP, Target: "192.0.2.1"}, "http", "http", "/", time.Unix(0, 0))
	r.Blocks["http"] = map[string]any{"body": body}
	return r
}

func TestAgentReportsWhatItFindsAndTheEnd(t *testing.T) {
	d := &desk{reports: make(chan engine.Report, 9), verdict: bus.Go}
	b, _ := employ(t, d, func(ctx context.Context, _ engine.Task, sink scanner.Sink) error {
		return sink.Put(ctx, engine.Report{Responses: []engine.Response{response("x")}, Findings: []engine.Finding{{Rule: "r"}}})
	})
	feed(t, b, engine.Task{ScanID: 4, ID: 2})
	found, end := <-d.reports, <-d.reports
	if len(found.Responses)+len(found.Findings) == 0 || found.Done || found.Attempt != 1 || found.ScanID != 4 || found.TaskID != 2 {
		t.Errorf("first report %+v", found)
	}
	for !end.Done {
		end = <-d.reports
	}
	if end.Failure != "" {
		t.Errorf("the end is a failure: %s", end.Failure)
	}
}

func TestLargeResultsAreCutIntoBatches(t *testing.T) {
	d := &desk{reports: make(chan engine.Report, 99), verdict: bus.Go}
	large := []engine.Response{response(strings.Repeat("x", bus.BatchBytes)), response("y"), response(strings.Repeat("z", bus.BatchBytes))}
	b, _ := employ(t, d, func(ctx context.Context, _ engine.Task, sink scanner.Sink) error {
		return sink.Put(ctx, engine.Report{Responses: large})
	})
	feed(t, b, engine.Task{ScanID: 1, ID: 1})
	total := 0
	for report := <-d.reports; !report.Done; report = <-d.reports {
		if len(report.Responses) > 1 {
			t.Errorf("a batch has %d responses, larger than %d bytes", len(report.Responses), bus.BatchBytes)
		}
		total += len(report.Responses)
	}
	if total != len(large) {
		t.Errorf("%d of %d responses arrived", total, len(large))
	}
}

func TestFailureOfTheScannerIsReported(t *testing.T) {
	d := &desk{reports: make(chan engine.Report, 9), verdict: bus.Go}
	b, _ := employ(t, d, func(context.Context, engine.Task, scanner.Sink) error { return errors.New("no route") })
	feed(t, b, engine.Task{ScanID: 1, ID: 1})
	if end := <-d.reports; !end.Done || end.Failure != "no route" {
		t.Errorf("report %+v", end)
	}
}

func TestCancelledScanStopsItsTasks(t *testing.T) {
	d := &desk{reports: make(chan engine.Report, 9), verdict: bus.Go}
	begun, stopped := make(chan struct{}), make(chan struct{})
	b, _ := employ(t, d, func(ctx context.Context, task engine.Task, _ scanner.Sink) error {
		close(begun)
		<-ctx.Done()
		close(stopped)
		return ctx.Err()
	})
	feed(t, b, engine.Task{ScanID: 1, ID: 1})
	<-begun
	if err := b.Cancel(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	<-stopped
}

func TestAgentStopsWhenNobodyWantsTheResult(t *testing.T) {
	d := &desk{reports: make(chan engine.Report, 9), verdict: bus.Gone}
	failed := make(chan error, 1)
	b, _ := employ(t, d, func(ctx context.Context, _ engine.Task, sink scanner.Sink) error {
		err := sink.Put(ctx, engine.Report{Responses: []engine.Response{response("x")}})
		failed <- err
		return err
	})
	feed(t, b, engine.Task{ScanID: 1, ID: 1})
	if err := <-failed; err == nil {
		t.Error("the scanner was not told that nobody wants its results")
	}
}

func TestStoppedAgentGivesItsTaskBack(t *testing.T) {
	d := &desk{reports: make(chan engine.Report, 9), verdict: bus.Go}
	begun := make(chan struct{})
	b, stop := employ(t, d, func(ctx context.Context, _ engine.Task, _ scanner.Sink) error {
		close(begun)
		<-ctx.Done()
		return ctx.Err()
	})
	feed(t, b, engine.Task{ScanID: 1, ID: 1})
	<-begun
	stop()
	other := b.Agent("b")
	if next, err := other.Next(t.Context()); err != nil || next.Task().ID != 1 {
		t.Fatalf("the task did not come back: %v", err)
	}
	if len(d.reports) != 0 {
		t.Error("a task that was given back was reported")
	}
}
