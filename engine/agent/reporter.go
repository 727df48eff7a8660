package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/bus"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

var _ scanner.Sink = (*reporter)(nil)

// reporter is the scanner's sink: it hands what comes in to control at once, in
// batches of about [bus.BatchBytes].
type reporter struct {
	bus  bus.Agent
	task engine.Task
}

// Put implements [scanner.Sink]: what is small goes with the first batch of responses.
func (r *reporter) Put(ctx context.Context, found engine.Report) error {
	batches, err := split(found.Responses)
	if err != nil {
		return err
	}
	if len(batches) == 0 {
		return r.send(ctx, found)
	}
	for i, batch := range batches {
		report := engine.Report{Responses: batch}
		if i == 0 {
			report = found
			report.Responses = batch
		}
		if err := r.send(ctx, report); err != nil {
			return err
		}
	}
	return nil
}

// finish reports the end of the task; failure may be nil.
func (r *reporter) finish(ctx context.Context, failure error) error {
	report := engine.Report{Done: true}
	if failure != nil {
		report.Failure = failure.Error()
	}
	return r.send(ctx, report)
}

func (r *reporter) send(ctx context.Context, report engine.Report) error {
	report.ScanID, report.TaskID, report.Attempt, report.At = r.task.ScanID, r.task.ID, r.task.Attempt, time.Now().UTC()
	verdict, err := r.bus.Report(ctx, report)
	if err != nil {
		return err
	}
	if verdict == bus.Gone {
		return errGone
	}
	return nil
}

// split cuts responses into batches whose JSON is about [bus.BatchBytes] long; a
// larger one is a batch of its own.
func split(responses []engine.Response) ([][]engine.Response, error) {
	var batches [][]engine.Response
	size := bus.BatchBytes + 1 // so that the first response begins a batch
	for _, response := range responses {
		data, err := json.Marshal(response)
		if err != nil {
			return nil, fmt.Errorf("encode response %s: %w", response.URI, err)
		}
		if size+len(data) > bus.BatchBytes {
			batches, size = append(batches, nil), 0
		}
		last := len(batches) - 1
		batches[last] = append(batches[last], response)
		size += len(data)
	}
	return batches, nil
}
