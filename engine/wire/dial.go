package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// dialer connects with net.Dialer, a goroutine for each attempt: what runs
// everywhere.
type dialer struct {
	scope    engine.Scope
	capacity int
	answers  chan Answer
	pending  map[Attempt]context.CancelFunc // nobody but the one goroutine of the wire uses it
	flight   sync.WaitGroup
}

var _ Wire = (*dialer)(nil)

// dialSockets is how many sockets are open at the same time where the system's
// limit is not known; every system grants a process so many.
const dialSockets = 192

// NewDialer makes a wire that does the same as that of [NewConnect] on every
// system, at more than twice the cost.
func NewDialer(c Config) (Wire, error) {
	capacity := c.Sockets
	if capacity <= 0 {
		capacity = dialSockets
	}
	return &dialer{
		scope: c.Scope, capacity: capacity,
		answers: make(chan Answer, capacity), pending: map[Attempt]context.CancelFunc{},
	}, nil
}

// Name implements [Wire].
func (*dialer) Name() string { return string(engine.ModeConnect) }

// Capacity implements [Wire].
func (d *dialer) Capacity() int { return d.capacity }

// Now implements [Wire].
func (*dialer) Now() time.Time { return time.Now() }

// Send implements [Wire].
func (d *dialer) Send(a Attempt) error {
	if err := d.scope.Permit(a.Place.Addr()); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	d.pending[a] = cancel
	d.flight.Go(func() { d.dial(ctx, a) })
	return nil
}

func (d *dialer) dial(ctx context.Context, a Attempt) {
	sent := time.Now()
	sockets := net.Dialer{KeepAlive: -1} // connections are too short to be kept alive
	conn, err := sockets.DialContext(ctx, engine.TCP, a.Place.String())
	now := time.Now()
	kind := dialled(conn, err)
	if ctx.Err() != nil {
		return
	}
	select {
	case d.answers <- Answer{Place: a.Place, Try: a.Try, Kind: kind, At: now, Repeated: now.Sub(sent) >= time.Second}:
	case <-ctx.Done():
	}
}

// dialled reads how a dial has ended and hangs up.
func dialled(conn net.Conn, err error) Kind {
	if err != nil {
		return dialKind(err)
	}
	defer func() { _ = conn.Close() }()
	if conn.LocalAddr().String() == conn.RemoteAddr().String() {
		return Closed // connected with itself: simultaneous open, RFC 9293 section 3.5
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset, so that no port stays behind in TIME_WAIT
	}
	return Open
}

// Errors of Windows (winsock2.h) that have no name in package syscall; no other
// system has errors of these numbers.
const (
	wsaConnRefused = syscall.Errno(10061)
	wsaTimedOut    = syscall.Errno(10060)
	wsaMFile       = syscall.Errno(10024)
	wsaNoBufs      = syscall.Errno(10055)
)

func dialKind(err error) Kind {
	for _, local := range []error{
		syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS, syscall.EAGAIN, syscall.ENOMEM, wsaMFile, wsaNoBufs,
	} {
		if errors.Is(err, local) {
			return Hindered
		}
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET), errors.Is(err, wsaConnRefused):
		return Closed
	case errors.Is(err, syscall.ETIMEDOUT), errors.Is(err, wsaTimedOut):
		return Expired
	}
	return Barred
}

// Release implements [Wire].
func (d *dialer) Release(a Attempt) {
	if cancel, ok := d.pending[a]; ok {
		cancel()
		delete(d.pending, a)
	}
}

// Receive implements [Wire].
func (d *dialer) Receive(ctx context.Context, until time.Time, take func(Answer)) error {
	for range d.capacity { // not for ever: others want to send
		select {
		case a := <-d.answers:
			d.give(a, take)
			until = time.Time{}
			continue
		default:
		}
		wait := time.Until(until)
		if wait <= 0 || ctx.Err() != nil {
			break
		}
		d.wait(ctx, wait, take)
		until = time.Time{}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("wait for connections: %w", err)
	}
	return nil
}

// wait gives the first answer.
func (d *dialer) wait(ctx context.Context, most time.Duration, take func(Answer)) {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case a := <-d.answers:
		d.give(a, take)
	case <-timer.C:
	case <-ctx.Done():
	}
}

// give hands on an answer if anybody waits for it.
func (d *dialer) give(a Answer, take func(Answer)) {
	if _, ok := d.pending[Attempt{Place: a.Place, Try: a.Try}]; ok {
		take(a)
	}
}

// Close implements [Wire].
func (d *dialer) Close() error {
	for a := range d.pending {
		d.Release(a)
	}
	d.flight.Wait()
	return nil
}
