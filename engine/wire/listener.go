package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// listener sends datagrams from one socket for both families, with package net: what
// runs everywhere. No ICMP error is heard, so a port that is closed is as silent as
// one that does not understand the question.
type listener struct {
	scope    engine.Scope
	payloads Payloads
	asked    asked
	conn     *net.UDPConn
	heard    chan hearing
	reader   sync.WaitGroup
	answers  []Answer
}

// hearing is a datagram that came.
type hearing struct {
	from netip.AddrPort
	at   time.Time
}

var _ Wire = (*listener)(nil)

// listenerOut is how many answers wait to be read.
const listenerOut = 1024

// NewListener makes a wire that does the same as that of [NewDatagrams] on every
// system, except that it hears of no closed port. An interface cannot be chosen.
func NewListener(c Config, payloads Payloads) (Wire, error) {
	if c.Interface != "" {
		return nil, interfaceNotChosen("datagrams leave")
	}
	conn, err := net.ListenUDP("udp", nil)
	if err != nil {
		return nil, fmt.Errorf("open a datagram socket: %w", err)
	}
	l := &listener{scope: c.Scope, payloads: payloads, asked: asked{}, conn: conn, heard: make(chan hearing, listenerOut)}
	l.reader.Go(l.read)
	return l, nil
}

// read ends when the socket is closed. Errors before that are Windows telling of
// what it could not deliver, and of datagrams that are longer than b.
func (l *listener) read() {
	var b [1]byte
	for {
		_, from, err := l.conn.ReadFromUDPAddrPort(b[:])
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if !from.IsValid() {
			continue
		}
		select {
		case l.heard <- hearing{netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), time.Now()}:
		default: // as in a buffer of the system, what is too much is lost
		}
	}
}

// Name implements [Wire].
func (*listener) Name() string { return "udp" }

// Capacity implements [Wire].
func (*listener) Capacity() int { return listenerOut }

// Now implements [Wire].
func (*listener) Now() time.Time { return time.Now() }

// Send implements [Wire].
func (l *listener) Send(a Attempt) error {
	if err := l.scope.Permit(a.Place.Addr()); err != nil {
		return err
	}
	l.asked.add(a)
	if _, err := l.conn.WriteToUDPAddrPort(l.payloads[a.Place.Port()], a.Place); err != nil {
		l.answers = append(l.answers, Answer{Place: a.Place, Kind: dialKind(err), Try: a.Try, At: l.Now()})
	}
	return nil
}

// Release implements [Wire].
func (l *listener) Release(a Attempt) { l.asked.release(a) }

// Receive implements [Wire].
func (l *listener) Receive(ctx context.Context, until time.Time, take func(Answer)) error {
	if err := l.wait(ctx, until); err != nil {
		return err
	}
	for range len(l.heard) {
		l.add(<-l.heard)
	}
	for _, a := range l.answers { // taking one may release, but does not send
		take(a)
	}
	l.answers = l.answers[:0]
	return nil
}

// wait waits for the first answer, unless there is one.
func (l *listener) wait(ctx context.Context, until time.Time) error {
	over := time.NewTimer(time.Until(until))
	defer over.Stop()
	for len(l.answers) == 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-over.C:
			return nil
		case h := <-l.heard:
			l.add(h)
		}
	}
	return ctx.Err()
}

func (l *listener) add(h hearing) {
	if a, ok := l.asked.answer(h.from, Open, h.at); ok {
		l.answers = append(l.answers, a)
	}
}

// Close implements [Wire].
func (l *listener) Close() error {
	err := l.conn.Close()
	l.reader.Wait()
	return err
}
