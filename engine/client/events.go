package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/url"
	"strconv"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// eventSilence is how long an engine may say nothing to a listener: three times as long
// as it promises to.
const eventSilence = 45 * time.Second

// Events yields what happens to a scan, the steps after afterStep first, until it has
// ended: the last event is then [engine.EventEnd]. A connection that breaks is taken up
// again, and no step comes twice; what is the same as before of queue and counts may. It
// ends with an error when the engine stays away too long.
func (c *Client) Events(ctx context.Context, id engine.ScanID, afterStep int64) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		l := listening{client: c, id: id, step: afterStep, patience: newPatience(), yield: yield}
		for !l.over {
			err := l.bear(ctx, l.listen(ctx))
			if err != nil && !l.over {
				yield(engine.Event{}, err)
				return
			}
		}
	}
}

// listening is one Events under way.
type listening struct {
	patience

	client *Client
	id     engine.ScanID
	yield  func(engine.Event, error) bool
	step   int64 // the last one that was told
	over   bool  // the scan has ended, or nobody listens
}

// listen tells of the events of one connection, and why it ended.
func (l *listening) listen(ctx context.Context) error {
	streaming, stop := context.WithCancel(ctx)
	defer stop()
	after := url.Values{"after": {strconv.FormatInt(l.step, 10)}}
	events := get(scanPath(l.id)+"events/", after)
	events.long = true
	response, err := l.client.send(streaming, events)
	if err != nil {
		return interruptedOr(ctx, err)
	}
	defer response.Body.Close()
	watched := newWatchedReader(response.Body, eventSilence, stop)
	defer watched.stop()
	for event, err := range l.client.events(watched) {
		if err != nil {
			return interruptedOr(ctx, err)
		}
		l.heard()
		if l.tell(event); l.over {
			return nil
		}
	}
	return nil
}

func (l *listening) tell(event engine.Event) {
	switch event.Kind {
	case engine.EventAlive:
		return
	case engine.EventStep:
		l.step = max(l.step, event.Step.ID)
	case engine.EventQueue, engine.EventCounts, engine.EventEnd:
	}
	l.over = !l.yield(event, nil) || event.Kind == engine.EventEnd
}

// events reads server-sent events (WHATWG HTML, section 9.2.6). They end with an error,
// for the stream of a scan has no other end than its last event.
func (c *Client) events(r io.Reader) iter.Seq2[engine.Event, error] {
	return func(yield func(engine.Event, error) bool) {
		lines := bufio.NewReaderSize(r, 64<<10)
		var block eventBlock
		for {
			line, err := readLine(lines)
			if err != nil {
				yield(engine.Event{}, c.eventsBrokeOff(err))
				return
			}
			if line = bytes.TrimRight(line, "\r\n"); len(line) > 0 {
				block.add(line)
				continue
			}
			event, err := block.event()
			block = eventBlock{}
			if err != nil {
				yield(event, c.notAnEngine("an event is not what an engine sends", err))
				return
			}
			if !yield(event, nil) {
				return
			}
		}
	}
}

func (c *Client) eventsBrokeOff(err error) error {
	return &engine.Error{
		Kind: engine.Internal, Title: "Events broke off", Field: "endpoint", Err: &trouble{passing: !errors.Is(err, errLongLine), cause: err},
		Detail: c.base.String() + ": the connection ended before the scan: " + err.Error(), Hint: "check the connection; the engine's log may say why",
	}
}

// eventBlock is one event as its lines say it. Its id is in its data too.
type eventBlock struct {
	kind engine.EventKind
	data []byte
}

func (b *eventBlock) add(line []byte) {
	field, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(field) {
	case "event":
		b.kind = engine.EventKind(value)
	case "data":
		b.data = append(append(b.data, value...), '\n')
	}
}

// event reads the data. A comment, and what only later engines tell of, is a sign of life.
func (b *eventBlock) event() (event engine.Event, err error) {
	event.Kind = b.kind
	switch b.kind {
	case engine.EventStep:
		event.Step = &engine.Step{}
		err = json.Unmarshal(b.data, event.Step)
	case engine.EventQueue:
		event.Queue = &engine.QueueEvent{}
		err = json.Unmarshal(b.data, event.Queue)
	case engine.EventCounts:
		event.Counts = &engine.CountsEvent{}
		err = json.Unmarshal(b.data, event.Counts)
	case engine.EventEnd:
		event.Scan = &engine.Scan{}
		err = json.Unmarshal(b.data, event.Scan)
	case engine.EventAlive:
	default:
		event.Kind = engine.EventAlive
	}
	return event, err
}
