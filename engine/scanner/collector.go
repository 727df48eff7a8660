package scanner

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// batchResponses bounds a batch: with 100 kB of body each, some 1.6 MB.
	batchResponses = 16
	// batchOpen bounds the open ports of a batch.
	batchOpen = 1024
	// maxHeld is how many responses may be held back until the end of a task.
	maxHeld = 1024
)

// item is what one step of the scan found.
type item struct {
	from      engine.Endpoint // that was spoken to
	responses []engine.Response
	isDone    bool // nothing more will come from there
	open      []engine.Endpoint
	up        []netip.Addr
}

// collector brings what all goroutines of a run find into one: it judges
// responses, drops what came before, and hands batches to the sink. A batch is
// what has come in while the sink was busy, so the first finding is handed over
// at once and a slow sink gets fewer, larger batches.
//
// What a redirect led to is held back when the scan looks at that place anyway,
// because it then sees more of it, and handed over at the end if it did not.
type collector struct {
	log   *slog.Logger
	judge Judge
	where *whereabouts
	done  func(engine.Endpoint) // may be nil
	in    chan item

	// Only run uses these.
	seen     map[key]bool
	held     []engine.Response
	batch    engine.Report
	finished []engine.Endpoint // with the batch
}

// key is [engine.Response.Key] in half the space: there is one for each document
// of a run.
type key [16]byte

func keyOf(r engine.Response) (k key) {
	_, _ = hex.Decode(k[:], []byte(r.Key())) // it is 32 digits
	return k
}

func newCollector(config Config, where *whereabouts) *collector {
	return &collector{log: config.Log, judge: config.Checks, where: where, in: make(chan item, batchResponses), seen: map[key]bool{}}
}

// add hands over what was found, and waits while the sink is behind.
func (c *collector) add(ctx context.Context, found item) {
	if len(found.responses)+len(found.open)+len(found.up) == 0 && !found.isDone {
		return
	}
	select {
	case c.in <- found:
	case <-ctx.Done():
	}
}

// during collects for sink while work finds things, and returns when both have ended.
func (c *collector) during(ctx context.Context, sink Sink, work func(context.Context) error) error {
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	collected := make(chan struct{})
	go func() {
		defer close(collected)
		if err := c.run(working, sink); err != nil {
			stop(err)
		}
	}()
	err := work(working)
	close(c.in)
	<-collected
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if cause := context.Cause(working); cause != nil {
		return cause
	}
	return err
}

// run hands batches to the sink until the collector is closed or ctx is done. An
// error is the sink's.
func (c *collector) run(ctx context.Context, sink Sink) error {
	for found := range c.in {
		c.take(found)
		c.takeWaiting()
		if err := c.flush(ctx, sink); err != nil {
			return err
		}
	}
	for _, r := range c.held {
		c.keep(r)
		if len(c.batch.Responses) >= batchResponses {
			if err := c.flush(ctx, sink); err != nil {
				return err
			}
		}
	}
	return c.flush(ctx, sink)
}

// takeWaiting fills the batch with what has come in meanwhile.
func (c *collector) takeWaiting() {
	for len(c.batch.Responses) < batchResponses && len(c.batch.Open) < batchOpen {
		select {
		case found, ok := <-c.in:
			if !ok {
				return
			}
			c.take(found)
		default:
			return
		}
	}
}

func (c *collector) take(found item) {
	c.batch.Open = append(c.batch.Open, found.open...)
	c.batch.Up = append(c.batch.Up, found.up...)
	if found.isDone {
		c.finished = append(c.finished, found.from)
	}
	for _, r := range found.responses {
		if c.isElsewhere(found.from, r) && len(c.held) < maxHeld {
			c.held = append(c.held, r)
			continue
		}
		c.keep(r)
	}
}

// isElsewhere reports whether a response came from another place of this scan
// than the one that was spoken to.
func (c *collector) isElsewhere(from engine.Endpoint, r engine.Response) bool {
	addr, err := netip.ParseAddr(r.IP)
	if err != nil || addr == from.Addr && r.Port == int(from.Port) && r.Transport == from.Transport {
		return false
	}
	return c.where.contains(r.Transport, netip.AddrPortFrom(addr, uint16(r.Port)))
}

func (c *collector) keep(r engine.Response) {
	k := keyOf(r)
	if c.seen[k] {
		return
	}
	c.seen[k] = true
	if addr, err := netip.ParseAddr(r.IP); err == nil {
		r.Domain = c.where.names[addr]
	}
	c.batch.Responses = append(c.batch.Responses, r)
	if c.judge == nil {
		return
	}
	findings, err := c.judge.Judge(r)
	if err != nil {
		c.log.Error("response could not be judged", "uri", r.URI, "err", err)
	}
	c.batch.Findings = append(c.batch.Findings, findings...)
}

func (c *collector) flush(ctx context.Context, sink Sink) error {
	b, finished := c.batch, c.finished
	c.batch, c.finished = engine.Report{}, nil
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(b.Responses)+len(b.Open)+len(b.Up) > 0 {
		if err := sink.Put(ctx, b); err != nil {
			return fmt.Errorf("hand over results: %w", err)
		}
	}
	for _, endpoint := range finished {
		if c.done != nil {
			c.done(endpoint)
		}
	}
	return nil
}
