// Package probetest is the contract every probe passes: it plays what a server
// said, whole and cut off at every byte, and then peers that are silent, slow,
// endless, rude or not that protocol at all. Begin with [Run].
//
// Every document, also those of a recording that is cut off, keeps the contract of
// engine/enginetest/contract.
//
// It never opens a socket and no wall time passes: peers are in memory and the
// clock is that of testing/synctest. It is test support and no part of the product.
package probetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/contract"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Patience is how long a probe may take with any peer: the eight rounds of
// connections of the longest one (HTTP with five redirects).
const Patience = 8 * probe.ConnectionTime

// Recording is a server and what a probe must learn from it.
type Recording struct {
	Peer      Peer
	Base      string // prot7 of the first response; "" when the probe must not be answered
	Protocol  string // with its variant
	Transport string // [engine.UDP] for a protocol of datagrams; [engine.TCP] if empty
	// Check looks at what was learnt; may be nil.
	Check func(t *testing.T, responses []engine.Response)
	// Anything says that the probe takes whatever it gets for an answer.
	Anything bool
}

// Run plays the recording and every hostile variation of it.
func Run(t *testing.T, p probe.Probe, r Recording) {
	t.Helper()
	var length atomic.Int64
	t.Run("whole", func(t *testing.T) { whole(t, p, r, &length) })
	t.Run("cut", func(t *testing.T) { cutEverywhere(t, p, r, int(length.Load())) })
	t.Run("slow", func(t *testing.T) { r.play(t, p, &Dialer{peer: slow(r.Peer)}) })
	t.Run("silent", func(t *testing.T) {
		wantOutcome(t, r.play(t, p, &Dialer{peer: silent}), engine.Timeout)
	})
	t.Run("hangs up", func(t *testing.T) { wantNothing(t, r.play(t, p, &Dialer{peer: hangsUp})) })
	t.Run("refused", func(t *testing.T) {
		wantOutcome(t, r.play(t, p, &Dialer{err: syscall.ECONNREFUSED}), engine.Refused)
	})
	t.Run("forbidden", func(t *testing.T) {
		wantOutcome(t, r.play(t, p, &Dialer{err: &engine.Error{Kind: engine.Forbidden, Title: "no"}}), engine.OutOfScope)
	})
	t.Run("endless", func(t *testing.T) { playEndless(t, p, r) })
	t.Run("garbage", func(t *testing.T) { playGarbage(t, p, r) })
	t.Run("echo", func(t *testing.T) {
		if result := r.play(t, p, &Dialer{peer: Echo()}); !r.Anything {
			wantNothing(t, result)
		}
	})
	t.Run("cancelled", func(t *testing.T) { playCancelled(t, p, r) })
}

// endpoint is where the recording's peer lives.
func (r Recording) endpoint() engine.Endpoint {
	to := Endpoint()
	if r.Transport != "" {
		to.Transport = r.Transport
	}
	return to
}

func whole(t *testing.T, p probe.Probe, r Recording, length *atomic.Int64) {
	result := r.play(t, p, &Dialer{peer: measured(r.Peer, length)})
	if r.Base == "" {
		wantNothing(t, result)
		return
	}
	wantOutcome(t, result, engine.Answered)
	if len(result.Responses) == 0 {
		t.Fatalf("answered without a response: %v", result.Err)
	}
	first := result.Responses[0]
	if first.Base != r.Base || first.Protocol != r.Protocol {
		t.Errorf("prot7 %q protocol %q, want %q %q", first.Base, first.Protocol, r.Base, r.Protocol)
	}
	if r.Check != nil {
		r.Check(t, result.Responses)
	}
}

// cutEverywhere ends each connection after every byte; of a long answer after
// every byte of its head and at some places of the rest.
func cutEverywhere(t *testing.T, p probe.Probe, r Recording, length int) {
	const head, places = 512, 64
	for n := 1; n < length; {
		result := r.play(t, p, &Dialer{peer: cut(r.Peer, n)})
		if t.Failed() {
			t.Fatalf("cut after %d of %d bytes: %s %v", n, length, result.Outcome, result.Err)
		}
		n++
		if n > head {
			n += (length - head) / places
		}
	}
}

func playEndless(t *testing.T, p probe.Probe, r Recording) {
	for _, filler := range []string{"A", "\x00", "\r\n", "HTTP/1.1 200 OK\r\nx: y\r\n", "*1\r\n", "\xff\xff\xff\xff"} {
		d := &Dialer{peer: endless(bytes.Repeat([]byte(filler), 1024))}
		r.play(t, p, d)
		if got, most := d.read.Load(), d.dials.Load()*probe.ConnectionBytes; got > most {
			t.Errorf("%q: took %d bytes over %d connections", filler, got, d.dials.Load())
		}
	}
}

func playGarbage(t *testing.T, p probe.Probe, r Recording) {
	for seed := range uint64(100) {
		result := r.play(t, p, &Dialer{peer: Answers(garbage(seed), garbage(seed+1000))})
		if !r.Anything {
			wantNothing(t, result)
		}
	}
}

func playCancelled(t *testing.T, p probe.Probe, r Recording) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		start := time.Now()
		time.AfterFunc(time.Millisecond, cancel)
		p.Run(ctx, &Dialer{peer: silent}, r.endpoint())
		if took := time.Since(start); took > 100*time.Millisecond {
			t.Errorf("went on for %s after it was cancelled", took)
		}
	})
}

// play runs the probe once and applies what holds for every result.
func (r Recording) play(t *testing.T, p probe.Probe, d *Dialer) (result probe.Result) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		result = p.Run(t.Context(), d, r.endpoint())
		if took := time.Since(start); took > Patience {
			t.Errorf("took %s, at most %s are allowed", took, Patience)
		}
		synctest.Wait()
		if n := d.open.Load(); n != 0 {
			t.Errorf("left %d connections open", n)
		}
		d.Wait()
	})
	if err := sound(result); err != nil {
		t.Errorf("%s: %v", result.Outcome, err)
	}
	return result
}

// sound reports what is wrong with a result whatever the peer said.
func sound(result probe.Result) error {
	switch {
	case result.Outcome == "":
		return fmt.Errorf("no outcome")
	case result.Outcome != engine.Answered && result.Err == nil:
		return fmt.Errorf("no reason")
	case result.Outcome == engine.Answered && len(result.Responses) == 0:
		return fmt.Errorf("answered without a response")
	}
	seen := map[string]bool{}
	for _, r := range result.Responses {
		if seen[r.URI] {
			return fmt.Errorf("%s came twice", r.URI)
		}
		seen[r.URI] = true
		if err := storable(r); err != nil {
			return fmt.Errorf("%s: %w", r.URI, err)
		}
	}
	return nil
}

func storable(r engine.Response) error {
	document, err := json.Marshal(r)
	switch {
	case err != nil:
		return err
	case !utf8.Valid(document):
		return fmt.Errorf("not valid UTF-8")
	case bytes.Contains(document, []byte(`\u0000`)):
		return fmt.Errorf("NUL in the document")
	case r.Base == "" || r.Protocol == "" || r.Timestamp == "":
		return fmt.Errorf("incomplete: prot7 %q, protocol %q, timestamp %q", r.Base, r.Protocol, r.Timestamp)
	case r.Base == "http" && r.Blocks[r.Protocol] == nil && r.Blocks["http"] == nil:
		return nil // what a refiner adds to the page, which is no document yet
	}
	return contract.Check(document)
}

func wantOutcome(t *testing.T, result probe.Result, want engine.Outcome) {
	t.Helper()
	if result.Outcome != want {
		t.Errorf("outcome %s (%v), want %s", result.Outcome, result.Err, want)
	}
}

func wantNothing(t *testing.T, result probe.Result) {
	t.Helper()
	if result.Outcome == engine.Answered {
		t.Errorf("took it for %s", result.Responses[0].Protocol)
	}
}
