package identify

import (
	"bytes"
	"context"
	"net"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// overheardBytes is how much of what a peer says to a probe is kept to see whether
// it is another protocol's greeting: a line of mail is at most 512 bytes (RFC 5321
// section 4.5.3.1.5).
const overheardBytes = 512

const (
	// fewBytes is less than any server says that has something to say: the certificate
	// of one that speaks TLS, or the head and a little of a page.
	fewBytes = 512
	// stuckPause is how long a peer may stop in the middle of so little: a packet that
	// is lost and sent again (RFC 6298: 1 s). stuckTime is how long it may take over it.
	stuckPause = time.Second
	stuckTime  = 4 * time.Second
)

// contestant is a probe in the race. It is the dialer of its probe, so that it
// hears what the peer says to it.
type contestant struct {
	entrant
	dialer probe.Dialer
	to     engine.Endpoint
	isDeaf bool // what the peer says is not for its ears
	kept   *kept
	pause  time.Duration // before each connection, for a peer that takes one at a time
	speak  func() probe.Result
	cancel context.CancelFunc
	began  time.Time
	isGone bool         // cancelled, and still to come in
	result probe.Result // once it has come in
	ended  time.Time

	lock    sync.Mutex
	total   int       // bytes the peer has said, on all connections
	first   time.Time // when it began
	last    time.Time
	speaker net.Conn // the first connection on which the peer spoke
	words   []byte   // the beginning of what it said there
}

var _ probe.Dialer = (*contestant)(nil)

// Dial gives the connection that was listened on if it is still there, else a new one.
func (c *contestant) Dial(ctx context.Context, to engine.Endpoint) (net.Conn, error) {
	if to.Addr == c.to.Addr && to.Port == c.to.Port && to.Transport == c.to.Transport {
		if conn := c.kept.take(ctx); conn != nil {
			return &overheard{conn, c}, nil
		}
	}
	wait(ctx, c.pause)
	conn, err := c.dialer.Dial(ctx, to)
	if err != nil || c.isDeaf {
		return conn, err
	}
	return &overheard{conn, c}, nil
}

// Resolve implements [probe.Dialer].
func (c *contestant) Resolve(ctx context.Context, name string) ([]engine.Endpoint, error) {
	return c.dialer.Resolve(ctx, name)
}

func (c *contestant) hear(from net.Conn, words []byte) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.total, c.last = c.total+len(words), time.Now()
	if c.speaker == nil {
		c.speaker, c.first = from, c.last
	}
	if c.speaker == from {
		c.words = append(c.words, words[:min(len(words), overheardBytes-len(c.words))]...)
	}
}

// heard gives the beginning of what the peer has said to the probe first.
func (c *contestant) heard() []byte {
	c.lock.Lock()
	defer c.lock.Unlock()
	return bytes.Clone(c.words)
}

// delay is how long the peer took to begin to speak to the probe; 0 if it has not.
func (c *contestant) delay() time.Duration {
	c.lock.Lock()
	defer c.lock.Unlock()
	return max(0, c.first.Sub(c.began))
}

// isHeard reports whether the peer has said anything to the probe.
func (c *contestant) isHeard() bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.total > 0
}

// isTalking reports whether the peer has begun to speak to the probe a moment ago.
func (c *contestant) isTalking() bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	return !c.isGone && c.total > 0 && time.Since(c.first) < attention
}

// isStuckFor reports whether the peer has stopped for so long after a few bytes, or
// takes for ever over them.
func (c *contestant) isStuckFor(pause time.Duration) bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	return !c.isGone && c.total > 0 && c.total < fewBytes && (time.Since(c.last) > pause || time.Since(c.first) > stuckTime)
}

func (c *contestant) run() {
	defer c.cancel()
	c.result = c.speak()
	c.ended = time.Now()
}

func (c *contestant) verdict() verdict { return verdict{c.Probe, c.result} }

// leave ends the probe, which will come in soon.
func (c *contestant) leave() {
	c.isGone = true
	c.cancel()
}

// overheard is a connection whose contestant hears what the peer says.
type overheard struct {
	net.Conn
	by *contestant
}

var _ net.Conn = (*overheard)(nil)

func (o *overheard) Read(p []byte) (int, error) {
	n, err := o.Conn.Read(p)
	if n > 0 {
		o.by.hear(o.Conn, p[:n])
	}
	return n, err
}
