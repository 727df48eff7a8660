// Package bus is the only way between the control wing and the data wing: tasks
// out, reports in, cancellation to everybody. Begin with [Control] and [Agent],
// its two ends; [Embed] runs it inside this process on NATS JetStream in memory.
//
// It may lose everything at any moment and is not the record of anything: control
// feeds it again from what SQL says is undone.
package bus

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Control is the bus as control sees it.
type Control interface {
	// Feed offers a task to the agents. A task fed twice may be delivered twice;
	// Begin settles who works on it.
	Feed(ctx context.Context, task engine.Task) error
	// Held gives the tasks of a scan that were fed and not acknowledged yet.
	Held(ctx context.Context, scan engine.ScanID) (map[engine.TaskID]bool, error)
	// Cancel takes back the tasks of a scan that no agent has yet and tells
	// agents that work on one to stop.
	Cancel(ctx context.Context, scan engine.ScanID) error
	// Serve answers agents with handler until ctx is done.
	Serve(ctx context.Context, handler Handler) error
}

// Handler answers agents. Its methods may be called at the same time, and again
// with the same arguments: an answer can get lost.
type Handler interface {
	// Begin is asked before a task is worked on. It answers with the task as it
	// is on record, the attempt counted, and its scope, which was not fed with it.
	Begin(ctx context.Context, agent string, task engine.Task) (engine.Task, Verdict, error)
	// Take commits a report; only then does the agent forget it.
	Take(ctx context.Context, report engine.Report) (Verdict, error)
}

// Verdict is what control answers an agent.
type Verdict string

// The verdicts.
const (
	Go   Verdict = "go"   // work on it, or go on
	Done Verdict = "done" // somebody has done it already
	Gone Verdict = "gone" // the scan was cancelled or deleted, or its attempts are used up: stop
)

// Agent is the bus as an agent sees it.
type Agent interface {
	// Next waits for a task.
	Next(ctx context.Context) (Delivery, error)
	// Begin asks whether a task should be worked on. The task comes back with
	// the attempt control counted.
	Begin(ctx context.Context, task engine.Task) (engine.Task, Verdict, error)
	// Report hands over a batch and returns when it is committed.
	Report(ctx context.Context, report engine.Report) (Verdict, error)
	// Watch calls stop for every scan that is cancelled from now on, until ctx is done.
	Watch(ctx context.Context, stop func(engine.ScanID)) error
}

// Delivery is a task in an agent's hands. It is delivered to somebody else when
// neither Working, Ack nor Release is called for a while.
type Delivery interface {
	Task() engine.Task
	Working() error // still at it
	Ack() error     // finished, whatever the verdict
	Release() error // give it to somebody else, after a moment
}
