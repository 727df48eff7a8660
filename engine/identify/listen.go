package identify

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// greeterStart is how long a greeting is waited for where one is expected: a
	// server may look up who calls before it speaks, and some turn away who does
	// not let them finish.
	greeterStart = time.Second
	// pauseAfterWords is the silence that ends what a peer says of its own accord
	// when nobody knows yet what it is: a greeting comes in one or two writes.
	pauseAfterWords = 150 * time.Millisecond
	// wordsTime ends listening to a peer that talks for ever.
	wordsTime = time.Second
)

// listen connects, and gives what the peer says of its own accord within a head
// start of two round trips. The connection of a peer that waits is kept for
// the first probe. It reports whether the peer was reached.
func (r *race) listen(ctx context.Context) (greeting []byte, isReached bool) {
	if r.open == nil {
		return nil, true
	}
	begun := time.Now()
	conn, err := r.open(ctx)
	if err != nil {
		r.log.Debug("connect", "endpoint", r.to, "err", err)
		return nil, false
	}
	r.rtt = time.Since(begun)
	greeting, err = r.hear(conn, r.headStart())
	isOver := err != nil && probe.OutcomeOf(err) != engine.Timeout
	r.hasHungUp = isOver && len(greeting) == 0
	switch {
	case isOver || len(greeting) > 0 && r.isOpaque:
		_ = conn.Close()
	case r.isOpaque:
		r.listenOn(conn)
	default:
		r.kept.put(conn, greeting)
	}
	return greeting, true
}

// listenOn waits for a late greeting while the race goes on.
func (r *race) listenOn(conn net.Conn) {
	r.isListening = true
	r.flight.Go(func() {
		defer func() { _ = conn.Close() }()
		greeting, _ := r.hear(conn, greeterStart) // nothing, if that does not come
		r.greetings <- greeting
	})
}

// headStart is how long a greeting is waited for before anybody speaks: long where the
// port is known for nothing but protocols whose servers speak first.
func (r *race) headStart() time.Duration {
	if r.line.expectsGreeting {
		return greeterStart
	}
	return between(10*time.Millisecond, 2*r.rtt, 100*time.Millisecond)
}

// hear reads until it is clear whose greeting it is, or the peer pauses.
func (r *race) hear(conn net.Conn, wait time.Duration) ([]byte, error) {
	words := make([]byte, 0, probe.MaxGreeting)
	end := time.Now().Add(wait + wordsTime)
	var err error
	for err == nil && len(words) < probe.MaxGreeting && time.Now().Before(end) {
		_ = conn.SetReadDeadline(time.Now().Add(wait)) // fails only on a closed connection, which the read will tell
		var n int
		n, err = conn.Read(words[len(words):probe.MaxGreeting])
		words = words[:len(words)+n]
		if len(greetedBy(r.line.greeters, words)) > 0 {
			break
		}
		wait = pauseAfterWords
	}
	_ = conn.SetReadDeadline(time.Time{}) // as far as the connection lives
	return words, err
}

// kept is the connection that was listened on. Who dials first gets it, and what
// was said on it.
type kept struct {
	lock  sync.Mutex
	conn  net.Conn // nil when there is none
	words []byte
}

func (k *kept) put(conn net.Conn, words []byte) {
	k.lock.Lock()
	defer k.lock.Unlock()
	k.conn, k.words = conn, words
}

// take gives the connection once, nil after that. It ends with ctx.
func (k *kept) take(ctx context.Context) net.Conn {
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.conn == nil {
		return nil
	}
	conn := &replayed{Conn: k.conn, words: k.words}
	conn.stop = context.AfterFunc(ctx, func() { _ = conn.Conn.Close() })
	k.conn = nil
	return conn
}

func (k *kept) close() {
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.conn != nil {
		_ = k.conn.Close()
		k.conn = nil
	}
}

// replayed is a connection on which something was said before its reader came.
type replayed struct {
	net.Conn
	words []byte // not read again yet
	stop  func() bool
}

var _ net.Conn = (*replayed)(nil)

func (c *replayed) Read(p []byte) (int, error) {
	if len(c.words) == 0 {
		return c.Conn.Read(p)
	}
	n := copy(p, c.words)
	c.words = c.words[n:]
	return n, nil
}

func (c *replayed) Close() error {
	c.stop()
	return c.Conn.Close()
}
