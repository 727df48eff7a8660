package agent_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/agent"
	"github.com/portolan-io/terraform-provider-portolan/engine/bus"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// overheard is a line to the bus on which the test hears that the agent was told to stop.
type overheard struct {
	bus.Agent
	told chan engine.ScanID
}

func (o overheard) Watch(ctx context.Context, stop func(engine.ScanID)) error {
	return o.Agent.Watch(ctx, func(id engine.ScanID) {
		stop(id)
		select {
		case o.told <- id:
		default: // heard before
		}
	})
}

// hasty is a desk where the scan is cancelled while the agent asks about its task.
type hasty struct {
	desk
	bus  *bus.Bus
	told chan engine.ScanID
}

func (h *hasty) Begin(ctx context.Context, agent string, task engine.Task) (engine.Task, bus.Verdict, error) {
	if err := cancelUntilHeard(ctx, h.bus, task.ScanID, h.told); err != nil {
		return task, "", err
	}
	return h.desk.Begin(ctx, agent, task)
}

// cancelUntilHeard cancels a scan until the agent, whose subscription races with us,
// hears of it.
func cancelUntilHeard(ctx context.Context, b *bus.Bus, scan engine.ScanID, told <-chan engine.ScanID) error {
	for {
		if err := b.Cancel(ctx, scan); err != nil {
			return err
		}
		select {
		case <-told:
			return nil
		default:
		}
	}
}

func TestCancelWhileATaskBeginsIsNotMissed(t *testing.T) {
	b, err := bus.Embed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	line := b.Agent("a")
	told, wanted := make(chan engine.ScanID, 1), make(chan bool, 1)
	h := &hasty{desk: desk{reports: make(chan engine.Report, 9), verdict: bus.Go}, bus: b, told: told}
	worker := &agent.Agent{Bus: overheard{line, told}, Slots: 1, Log: slog.New(slog.DiscardHandler), Scanner: script(func(ctx context.Context, _ engine.Task, _ scanner.Sink) error {
		wanted <- ctx.Err() == nil
		return ctx.Err()
	})}
	work(t, b, h, worker)
	feed(t, b, engine.Task{ScanID: 1, ID: 1})
	if <-wanted {
		t.Error("the agent scans for a scan that was cancelled")
	}
}

// work runs an agent and the desk it reports to until the test ends.
func work(t *testing.T, b *bus.Bus, handler bus.Handler, worker *agent.Agent) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 2)
	go func() { ended <- b.Serve(ctx, handler) }()
	go func() { ended <- worker.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		for _, err := range []error{<-ended, <-ended, b.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
}

// cut is a line on which no task comes any more, once the agent listens for cancellations.
type cut struct {
	overheard
	bus *bus.Bus
}

func (c cut) Next(ctx context.Context) (bus.Delivery, error) {
	return nil, errors.Join(errors.New("cut off"), cancelUntilHeard(ctx, c.bus, 1, c.told))
}

// TestAgentThatGetsNoTasksSaysSo: an agent that ends without a word leaves scans
// waiting for good.
func TestAgentThatGetsNoTasksSaysSo(t *testing.T) {
	b, err := bus.Embed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	line := cut{overheard{b.Agent("a"), make(chan engine.ScanID, 1)}, b}
	worker := &agent.Agent{Bus: line, Slots: 1, Log: slog.New(slog.DiscardHandler)}
	if err := worker.Run(t.Context()); err == nil {
		t.Error("the agent ended as if it had been told to")
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}
