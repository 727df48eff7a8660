package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Agent gives the end of the bus for the agent of this name.
func (b *Bus) Agent(name string) (Agent, error) {
	messages, err := b.consumer.Messages(jetstream.PullMaxMessages(1))
	if err != nil {
		return nil, fmt.Errorf("listen for tasks: %w", err)
	}
	return &agentEnd{name: name, conn: b.conn, messages: messages}, nil
}

type agentEnd struct {
	name     string
	conn     *nats.Conn
	messages jetstream.MessagesContext
}

// Next implements [Agent].
func (a *agentEnd) Next(ctx context.Context) (Delivery, error) {
	for {
		m, err := a.messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return nil, fmt.Errorf("wait for a task: %w", err)
		}
		var task engine.Task
		if err := json.Unmarshal(m.Data(), &task); err == nil {
			return &delivery{task: task, message: m}, nil
		}
		_ = m.Term() // not a task of ours; nobody else could read it either
	}
}

// Begin implements [Agent].
func (a *agentEnd) Begin(ctx context.Context, task engine.Task) (engine.Task, Verdict, error) {
	reply, err := a.ask(ctx, beginSubject, beginRequest{Agent: a.name, Task: task})
	return reply.Task, reply.Verdict, err
}

// Report implements [Agent].
func (a *agentEnd) Report(ctx context.Context, report engine.Report) (Verdict, error) {
	report.Agent = a.name
	reply, err := a.ask(ctx, takeSubject, report)
	return reply.Verdict, err
}

// ask sends a request and waits for its answer. No answer within
// requestTimeout is an error; the request can be repeated.
func (a *agentEnd) ask(ctx context.Context, subject string, request any) (answer, error) {
	data, err := json.Marshal(request)
	if err != nil {
		return answer{}, fmt.Errorf("encode request: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	m, err := a.conn.RequestWithContext(ctx, subject, data)
	if err != nil {
		return answer{}, fmt.Errorf("ask control: %w", err)
	}
	var reply answer
	if err := json.Unmarshal(m.Data, &reply); err != nil {
		return answer{}, fmt.Errorf("decode control's answer: %w", err)
	}
	if reply.Failure != "" {
		return answer{}, fmt.Errorf("control: %w", errors.New(reply.Failure))
	}
	return reply, nil
}

// Watch implements [Agent].
func (a *agentEnd) Watch(ctx context.Context, stop func(engine.ScanID)) error {
	sub, err := a.conn.Subscribe(stopSubject, func(m *nats.Msg) {
		if id, err := strconv.ParseInt(string(m.Data), 10, 64); err == nil {
			stop(engine.ScanID(id))
		}
	})
	if err != nil {
		return fmt.Errorf("listen for cancellations: %w", err)
	}
	<-ctx.Done()
	_ = sub.Unsubscribe() // fails only on a closed connection, which is as good
	return nil
}

type delivery struct {
	task    engine.Task
	message jetstream.Msg
}

func (d *delivery) Task() engine.Task { return d.task }
func (d *delivery) Working() error    { return d.message.InProgress() }
func (d *delivery) Ack() error        { return d.message.Ack() }

// Release waits a moment, so that a task nobody can do does not spin.
func (d *delivery) Release() error { return d.message.NakWithDelay(releaseDelay) }
