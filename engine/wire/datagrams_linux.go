package wire

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// datagrams sends datagrams from one socket for each family. That a port is closed
// is heard without privileges: the system keeps the ICMP errors for what a socket
// has sent in a queue of its own (ip(7), IP_RECVERR).
type datagrams struct {
	gate     gate
	device   string
	payloads Payloads
	asked    asked
	poll     poll
	sockets  [2]int // of IPv4 and IPv6; 0 is not open
	answers  []Answer
	inbox    inbox
}

var _ Wire = (*datagrams)(nil)

// datagramsOut is how many answers of the size of a full packet the buffer of a
// socket holds where the system grants 4 MiB; with less some are lost and asked again.
const datagramsOut = 2048

// NewDatagrams makes a wire for UDP ports; it needs no privileges. An answer from
// the port is [Open], port unreachable from the host [Closed]. A port that is silent
// may be either. See [Payloads] for what is sent, and [Answer.Repeated]: which
// attempt was answered cannot be known after the first.
func NewDatagrams(c Config, payloads Payloads) (Wire, error) {
	if err := checkDevice(c.Interface); err != nil {
		return nil, err
	}
	p, err := newPoll()
	if err != nil {
		return nil, err
	}
	return &datagrams{gate: newGate(c.Scope), device: c.Interface, payloads: payloads, asked: asked{}, poll: p}, nil
}

// Name implements [Wire].
func (*datagrams) Name() string { return "udp" }

// Capacity implements [Wire].
func (*datagrams) Capacity() int { return datagramsOut }

// Now implements [Wire].
func (*datagrams) Now() time.Time { return time.Now() }

// Send implements [Wire].
func (d *datagrams) Send(a Attempt) error {
	if err := d.gate.permit(a.Place.Addr()); err != nil {
		return err
	}
	fd, err := d.socket(a.Place.Addr())
	number := unix.EAFNOSUPPORT // the system was built or started without IPv6
	if err != nil && !errors.Is(err, number) {
		return err
	}
	d.asked.add(a)
	if err == nil {
		number = d.send(fd, a.Place)
	}
	if number != 0 {
		kind := refusedKind(number)
		if kind == 0 {
			return fmt.Errorf("send a datagram to %s: %w", a.Place, number)
		}
		d.answers = append(d.answers, Answer{Place: a.Place, Kind: kind, Try: a.Try, At: d.Now()})
	}
	return nil
}

// send tries again after an error that may be another packet's: an ICMP error that
// has come in is told once by the next call, whatever that is for.
func (d *datagrams) send(fd int, to netip.AddrPort) (number unix.Errno) {
	const others = 8
	for range others {
		err := unix.Sendto(fd, d.payloads[to.Port()], 0, sockaddr(to))
		if err == nil {
			return 0
		}
		if number = errnoOf(err); number == unix.EAGAIN && !writable(fd, queueTime) {
			break
		}
	}
	return number
}

// socket gives that of an address's family, and opens it when first used.
func (d *datagrams) socket(addr netip.Addr) (int, error) {
	i, family := 0, unix.AF_INET
	if !addr.Is4() {
		i, family = 1, unix.AF_INET6
	}
	if d.sockets[i] != 0 {
		return d.sockets[i], nil
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return 0, fmt.Errorf("open a datagram socket: %w", err)
	}
	if err := d.configure(fd, family); err != nil {
		_ = unix.Close(fd)
		return 0, err
	}
	d.sockets[i] = fd
	return fd, nil
}

func (d *datagrams) configure(fd, family int) error {
	enlarge(fd, unix.SO_RCVBUFFORCE, unix.SO_RCVBUF)
	if err := hearErrors(fd, family); err != nil {
		return err
	}
	if err := bindTo(fd, d.device); err != nil {
		return err
	}
	if err := d.poll.add(fd); err != nil {
		return fmt.Errorf("watch a datagram socket: %w", err)
	}
	return nil
}

// Release implements [Wire].
func (d *datagrams) Release(a Attempt) { d.asked.release(a) }

// Receive implements [Wire].
func (d *datagrams) Receive(ctx context.Context, until time.Time, take func(Answer)) error {
	d.poll.wakeWith(ctx)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		d.collect()
		left := time.Until(until)
		if len(d.answers) > 0 || left <= 0 {
			break
		}
		if _, err := d.poll.wait(left); err != nil {
			return fmt.Errorf("wait for datagrams: %w", err)
		}
	}
	for _, a := range d.answers { // taking one may release, but does not send
		take(a)
	}
	d.answers = d.answers[:0]
	return nil
}

// collect reads what the sockets hold, but no more than is out: who floods us must
// not keep us.
func (d *datagrams) collect() {
	for _, fd := range d.sockets {
		for range datagramsOut {
			place, kind, ok := d.inbox.read(fd)
			if !ok {
				break
			}
			if a, ok := d.asked.answer(place, kind, d.Now()); ok && kind != 0 {
				d.answers = append(d.answers, a)
			}
		}
	}
}

// Close implements [Wire].
func (d *datagrams) Close() error {
	var failed error
	for i, fd := range d.sockets {
		if fd != 0 {
			failed = errors.Join(failed, unix.Close(fd))
			d.sockets[i] = 0
		}
	}
	return errors.Join(failed, d.poll.close())
}
