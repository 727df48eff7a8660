package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// handlers is how many requests of agents are answered at the same time.
const handlers = 16

// beginRequest and answer are the messages of the agent protocol that are not
// words of the engine.
type beginRequest struct {
	Agent string      `json:"agent"`
	Task  engine.Task `json:"task"`
}

type answer struct {
	Task    engine.Task `json:"task"`
	Verdict Verdict     `json:"verdict"`
	Failure string      `json:"failure,omitempty"`
}

// Feed implements [Control].
func (b *Bus) Feed(ctx context.Context, task engine.Task) error {
	data, err := json.Marshal(task)
	if err != nil {
		return fmt.Errorf("encode task: %w", err)
	}
	if _, err := b.js.Publish(ctx, taskSubject(task), data); err != nil {
		return fmt.Errorf("feed task %d of scan %d: %w", task.ID, task.ScanID, err)
	}
	return nil
}

// Held implements [Control].
func (b *Bus) Held(ctx context.Context, scan engine.ScanID) (map[engine.TaskID]bool, error) {
	info, err := b.stream.Info(ctx, jetstream.WithSubjectFilter(scanSubject(scan)))
	if err != nil {
		return nil, fmt.Errorf("ask the bus for the tasks of scan %d: %w", scan, err)
	}
	held := make(map[engine.TaskID]bool, len(info.State.Subjects))
	for subject := range info.State.Subjects {
		if id, err := strconv.Atoi(subject[strings.LastIndexByte(subject, '.')+1:]); err == nil {
			held[engine.TaskID(id)] = true
		}
	}
	return held, nil
}

// Cancel implements [Control]. Agents are told first: purging may take a while.
func (b *Bus) Cancel(ctx context.Context, scan engine.ScanID) error {
	told := b.conn.Publish(stopSubject, strconv.AppendInt(nil, int64(scan), 10))
	purged := b.stream.Purge(ctx, jetstream.WithPurgeSubject(scanSubject(scan)))
	if err := errors.Join(told, purged); err != nil {
		return fmt.Errorf("cancel scan %d on the bus: %w", scan, err)
	}
	return nil
}

// Serve implements [Control].
func (b *Bus) Serve(ctx context.Context, handler Handler) error {
	var running sync.WaitGroup
	slots := make(chan struct{}, handlers)
	serve := func(respond func(context.Context, []byte) answer) nats.MsgHandler {
		return func(m *nats.Msg) {
			slots <- struct{}{}
			running.Go(func() {
				defer func() { <-slots }()
				b.respond(m, respond(ctx, m.Data))
			})
		}
	}
	begin, err := b.conn.Subscribe(beginSubject, serve(func(ctx context.Context, data []byte) answer { return beginTask(ctx, handler, data) }))
	if err != nil {
		return fmt.Errorf("listen to agents: %w", err)
	}
	take, err := b.conn.Subscribe(takeSubject, serve(func(ctx context.Context, data []byte) answer { return takeReport(ctx, handler, data) }))
	if err != nil {
		return fmt.Errorf("listen to agents: %w", err)
	}
	<-ctx.Done()
	_ = begin.Unsubscribe() // fails only on a closed connection, which is as good
	_ = take.Unsubscribe()
	running.Wait()
	return nil
}

// respond answers an agent. An agent that gets no answer asks again, so a failure to
// send one needs no handling.
func (b *Bus) respond(m *nats.Msg, a answer) {
	if data, err := json.Marshal(a); err == nil {
		_ = m.Respond(data)
	}
}

func beginTask(ctx context.Context, handler Handler, data []byte) answer {
	var request beginRequest
	if err := json.Unmarshal(data, &request); err != nil {
		return answer{Failure: err.Error()}
	}
	task, verdict, err := handler.Begin(ctx, request.Agent, request.Task)
	if err != nil {
		return answer{Failure: err.Error()}
	}
	return answer{Task: task, Verdict: verdict}
}

func takeReport(ctx context.Context, handler Handler, data []byte) answer {
	var report engine.Report
	if err := json.Unmarshal(data, &report); err != nil {
		return answer{Failure: err.Error()}
	}
	verdict, err := handler.Take(ctx, report)
	if err != nil {
		return answer{Failure: err.Error()}
	}
	return answer{Verdict: verdict}
}
