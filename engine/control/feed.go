package control

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// feedWindow is how many undone tasks of a scan are on the bus at once: enough
// for every agent, few enough to forget.
const feedWindow = 500

// conveyor is the part of the bus a run needs.
type conveyor interface {
	Feed(ctx context.Context, task engine.Task) error
	Held(ctx context.Context, scan engine.ScanID) (map[engine.TaskID]bool, error)
	Cancel(ctx context.Context, scan engine.ScanID) error
}

// feeder puts the tasks of a scan on the bus.
type feeder struct {
	scan  engine.ScanID
	bus   conveyor
	index index.Index
	fed   map[engine.TaskID]bool
}

// feed offers the next undone tasks that are not on the bus yet.
func (f *feeder) feed(ctx context.Context) error {
	tasks, err := f.index.Tasks(ctx, feedWindow)
	if err != nil {
		return err
	}
	for _, task := range tasks {
		if f.fed[task.ID] {
			continue
		}
		if err := f.bus.Feed(ctx, task); err != nil {
			return err
		}
		f.fed[task.ID] = true
	}
	return nil
}

// forgetLost makes those tasks ones to be fed that were fed, are undone and are not on
// the bus any more. The bus is asked first: an agent takes a task off it only after its
// end is on record, so one that ends meanwhile is not among the undone.
func (f *feeder) forgetLost(ctx context.Context) (lost int, err error) {
	held, err := f.bus.Held(ctx, f.scan)
	if err != nil {
		return 0, err
	}
	tasks, err := f.index.Tasks(ctx, feedWindow)
	for _, task := range tasks {
		if f.fed[task.ID] && !held[task.ID] {
			delete(f.fed, task.ID)
			lost++
		}
	}
	return lost, err
}
