// Package agent takes tasks from the bus, runs the scanner on them and reports what
// it finds. Begin with [Agent.Run].
//
// It keeps nothing and decides nothing: whether a task is still wanted it asks
// control, and a report is forgotten only when control has it.
package agent

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/bus"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// Scanner runs one task. [scanner.Scanner] is the one there is.
type Scanner interface {
	Run(ctx context.Context, task engine.Task, sink scanner.Sink) error
}

var _ Scanner = (*scanner.Scanner)(nil)

// Agent runs tasks, several at once.
type Agent struct {
	Bus     bus.Agent
	Scanner Scanner
	Slots   int // tasks at once
	Log     *slog.Logger

	lock    sync.Mutex
	working map[engine.ScanID]map[engine.TaskID]context.CancelFunc
}

// Run takes tasks until ctx is done. Tasks it holds then are given back.
func (a *Agent) Run(ctx context.Context) error {
	a.working = map[engine.ScanID]map[engine.TaskID]context.CancelFunc{}
	var running sync.WaitGroup
	defer running.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // before the wait: when tasks cease to come, the rest ends too
	running.Go(func() { a.report(ctx, "watch for cancellations", a.Bus.Watch(ctx, a.stop)) })
	slots := make(chan struct{}, a.Slots)
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		delivery, err := a.Bus.Next(ctx)
		if err != nil {
			<-slots
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		running.Go(func() {
			defer func() { <-slots }()
			a.report(ctx, "run task", a.handle(ctx, delivery))
		})
	}
}

func (a *Agent) report(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		a.Log.ErrorContext(ctx, "agent: "+what, "error", err)
	}
}

// handle sees one task through: ask, work, report, acknowledge. On any failure
// the task is given back for another attempt.
func (a *Agent) handle(ctx context.Context, delivery bus.Delivery) error {
	wanted, cancel := context.WithCancel(ctx)
	defer cancel()
	defer a.remember(delivery.Task(), cancel)() // before asking, so that no cancellation falls in between
	task, verdict, err := a.Bus.Begin(ctx, delivery.Task())
	if err != nil {
		return errors.Join(err, delivery.Release())
	}
	if verdict != bus.Go {
		return delivery.Ack()
	}
	err = a.work(wanted, delivery, task)
	if ctx.Err() != nil {
		return delivery.Release()
	}
	if err != nil && !errors.Is(err, errGone) {
		return errors.Join(err, delivery.Release())
	}
	return delivery.Ack()
}

// errGone says that nobody wants the task's results any more.
var errGone = errors.New("the scan is gone")

// work scans and reports. A task the scanner cannot do is reported as failed; that is
// a result, not an error.
func (a *Agent) work(ctx context.Context, delivery bus.Delivery, task engine.Task) error {
	stop := a.keepAlive(ctx, delivery)
	defer stop()
	sink := &reporter{bus: a.Bus, task: task}
	err := a.Scanner.Run(ctx, task, sink)
	if errors.Is(err, errGone) || ctx.Err() != nil {
		return errGone
	}
	return sink.finish(ctx, err)
}

// remember makes the task one that stop can end; call what it returns at the end.
func (a *Agent) remember(task engine.Task, cancel context.CancelFunc) (forget func()) {
	a.lock.Lock()
	defer a.lock.Unlock()
	if a.working[task.ScanID] == nil {
		a.working[task.ScanID] = map[engine.TaskID]context.CancelFunc{}
	}
	a.working[task.ScanID][task.ID] = cancel
	return func() {
		a.lock.Lock()
		defer a.lock.Unlock()
		delete(a.working[task.ScanID], task.ID)
		if len(a.working[task.ScanID]) == 0 {
			delete(a.working, task.ScanID)
		}
	}
}

// stop ends every task of a cancelled scan.
func (a *Agent) stop(scan engine.ScanID) {
	a.lock.Lock()
	defer a.lock.Unlock()
	for _, cancel := range a.working[scan] {
		cancel()
	}
}

// keepAlive says that the task is being worked on until the returned function is called.
func (a *Agent) keepAlive(ctx context.Context, delivery bus.Delivery) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		tick := time.NewTicker(bus.WorkingEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				a.report(ctx, "keep task", delivery.Working())
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}
