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

// contestant is a probe in the race. It is the dialer of its probe, so that it
// hears what the peer says to it.
type contestant struct {
	entrant
	dialer probe.Dialer
	to     engine.Endpoint
	isDeaf bool // what the peer says is not for its ears
	kept   *kept
	speak  func() probe.Result
	cancel context.CancelFunc
	began  time.Time
	isGone bool         // cancelled, and still to come in
	result probe.Result // once it has come in

	lock    sync.Mutex
	speaker net.Conn // the first connection on which the peer spoke
	heardAt time.Time
	words   []byte
}

var _ probe.Dialer = (*contestant)(nil)

// Dial gives the connection that was listened on if it is still there, else a new one.
func (c *contestant) Dial(ctx context.Context, to engine.Endpoint) (net.Conn, error) {
	if to.Addr == c.to.Addr && to.Port == c.to.Port && to.Transport == c.to.Transport {
		if conn := c.kept.take(ctx); conn != nil {
			return &overheard{conn, c}, nil
		}
	}
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
	if c.speaker == nil {
		c.speaker, c.heardAt = from, time.Now()
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

// isHeard reports whether the peer has said anything to the probe.
func (c *contestant) isHeard() bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	return len(c.words) > 0
}

// isTalking reports whether the peer has begun to speak to the probe a moment ago.
func (c *contestant) isTalking() bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	return !c.isGone && len(c.words) > 0 && time.Since(c.heardAt) < attention
}

func (c *contestant) run() {
	defer c.cancel()
	c.result = c.speak()
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
