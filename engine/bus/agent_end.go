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
func (b *Bus) Agent(name string) Agent {
	return &agentEnd{name: name, conn: b.conn, consumer: b.consumer}
}

type agentEnd struct {
	name     string
	conn     *nats.Conn
	consumer jetstream.Consumer
}

// Next implements [Agent].
func (a *agentEnd) Next(ctx context.Context) (Delivery, error) {
	for {
		m, err := a.pull(ctx)
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

// pull asks for one message until there is one. It does so with a request for each,
// because the library's endless ones (Messages) forget to ask again when the next
// message is wanted too soon after the last, and lie still for half a minute.
func (a *agentEnd) pull(ctx context.Context) (jetstream.Msg, error) {
	for {
		m, err := a.consumer.Next(jetstream.FetchContext(ctx))
		switch {
		case err == nil:
			return m, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case !unanswered(err):
			return nil, err
		}
	}
}

// unanswered reports whether asking again is all there is to do: nothing came while
// the request lasted, or this process was stopped for so long, on a suspended machine
// for example, that it missed the signs of life of the other end.
func unanswered(err error) bool {
	return errors.Is(err, nats.ErrTimeout) || errors.Is(err, jetstream.ErrNoMessages) || errors.Is(err, jetstream.ErrNoHeartbeat)
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
