package wire

import (
	"context"

	"fmt"
	"net/netip"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// connector connects with raw non-blocking sockets on one epoll instance. What
// net.Dialer does with a goroutine, a timer and several system calls for each
// attempt costs two and a half times as much CPU.
//
// A socket whose connection failed is used again, which saves opening, adding to
// epoll and closing another. All that an attempt to a closed port then costs is
// a connect, a share of an epoll_wait, and a second connect that fetches the error:
//
//	idle ──connect──▶ EINPROGRESS ──epoll──▶ connect ──▶ ECONNREFUSED: idle
//	 ▲ └─connect──▶ ECONNREFUSED: idle        └─▶ 0: open, reset and closed
//	 └──connect to AF_UNSPEC when nobody waits for it any more
//
// That the second connect gives the error and makes the socket new is how Linux
// does it (inet_stream_connect in net/ipv4/af_inet.c); POSIX leaves it open.
type connector struct {
	scope    engine.Scope
	capacity int
	poll     poll
	idle     [2][]int // sockets of IPv4 and IPv6 that can be used
	flights  []flight // by socket
	sockets  map[Attempt]int
	answers  []Answer // known before the next Receive
	to4      unix.RawSockaddrInet4
	to6      unix.RawSockaddrInet6
}

// flight is the attempt for which a socket is used.
type flight struct {
	Attempt
	sent time.Time
	used bool
}

var _ Wire = (*connector)(nil)

// NewConnect makes a wire that needs no privileges: it makes whole connections
// and resets those that are accepted at once. The error says what of the system
// could not be had.
func NewConnect(c Config) (Wire, error) {
	p, err := newPoll()
	if err != nil {
		return nil, err
	}
	return &connector{
		scope: c.Scope, poll: p, sockets: map[Attempt]int{},
		capacity: connectCapacity(c.Sockets),
	}, nil
}

// Name implements [Wire].
func (*connector) Name() string { return string(engine.ModeConnect) }

// Capacity implements [Wire].
func (c *connector) Capacity() int { return c.capacity }

// Now implements [Wire].
func (*connector) Now() time.Time { return time.Now() }

// Send implements [Wire]: it begins to connect.
func (c *connector) Send(a Attempt) error {
	if err := c.scope.Permit(a.Place.Addr()); err != nil {
		return err
	}
	now := time.Now()
	fd, number := c.socket(a.Place.Addr())
	if number == 0 {
		number = c.connect(fd, a.Place)
	}
	if number == unix.EINPROGRESS {
		c.flights[fd] = flight{a, now, true}
		c.sockets[a] = fd
		return nil
	}
	c.answers = append(c.answers, Answer{Place: a.Place, Try: a.Try, Kind: c.end(fd, a.Place, number), At: time.Now()})
	return nil
}

// socket gives an unused socket that epoll watches.
func (c *connector) socket(addr netip.Addr) (int, unix.Errno) {
	family, idle := unix.AF_INET, &c.idle[0]
	if !addr.Unmap().Is4() {
		family, idle = unix.AF_INET6, &c.idle[1]
	}
	if n := len(*idle); n > 0 {
		fd := (*idle)[n-1]
		*idle = (*idle)[:n-1]
		return fd, 0
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, errnoOf(err)
	}
	for len(c.flights) <= fd {
		c.flights = append(c.flights, flight{})
	}
	if err := c.poll.add(fd); err != nil {
		_ = unix.Close(fd)
		return -1, errnoOf(err)
	}
	return fd, 0
}

func (c *connector) connect(fd int, to netip.AddrPort) unix.Errno {
	if addr := to.Addr().Unmap(); addr.Is4() {
		c.to4 = unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: addr.As4(), Port: bigEndian(to.Port())}
		return connect(fd, unsafe.Pointer(&c.to4), unsafe.Sizeof(c.to4))
	}
	c.to6 = unix.RawSockaddrInet6{Family: unix.AF_INET6, Addr: to.Addr().As16(), Port: bigEndian(to.Port())}
	return connect(fd, unsafe.Pointer(&c.to6), unsafe.Sizeof(c.to6))
}

// end tells what a connect that is over has told, and gives its socket back.
func (c *connector) end(fd int, place netip.AddrPort, number unix.Errno) Kind {
	kind := kindOf(number)
	switch {
	case fd < 0:
	case kind == Open:
		if isSelf(fd, place) {
			kind = Closed
		}
		hangUp(fd)
	case kind == Hindered:
		_ = unix.Close(fd)
	default:
		c.giveBack(fd, place.Addr())
	}
	return kind
}

func (c *connector) giveBack(fd int, addr netip.Addr) {
	idle := &c.idle[0]
	if !addr.Unmap().Is4() {
		idle = &c.idle[1]
	}
	*idle = append(*idle, fd)
}

// Release implements [Wire]: what is not answered yet is called off.
func (c *connector) Release(a Attempt) {
	fd, ok := c.sockets[a]
	if !ok {
		return
	}
	c.forget(fd)
	if disconnect(fd) != 0 {
		_ = unix.Close(fd)
		return
	}
	c.giveBack(fd, a.Place.Addr())
}

func (c *connector) forget(fd int) {
	delete(c.sockets, c.flights[fd].Attempt)
	c.flights[fd].used = false
}

// Receive implements [Wire].
func (c *connector) Receive(ctx context.Context, until time.Time, take func(Answer)) error {
	c.poll.wakeWith(ctx)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		wait := max(0, time.Until(until))
		if len(c.answers) > 0 {
			wait = 0
		}
		if err := c.collect(wait); err != nil {
			return err
		}
		if wait == 0 || len(c.answers) > 0 {
			break
		}
	}
	for _, a := range c.answers { // taking one may release, but does not send
		take(a)
	}
	c.answers = c.answers[:0]
	return nil
}

// collect waits until something has happened to a socket, and adds the answers.
func (c *connector) collect(wait time.Duration) error {
	for full := true; full; wait = 0 {
		ready, err := c.poll.wait(wait)
		if err != nil {
			return fmt.Errorf("wait for sockets: %w", err)
		}
		now := time.Now()
		for _, event := range ready {
			c.event(int(event.Fd), now)
		}
		full = len(ready) == eventsAtOnce // ends, for nothing is sent meanwhile
	}
	return nil
}

// systemRepeats is after what time the kernel sends a SYN again (RFC 6298 section 2.1).
const systemRepeats = time.Second

// event asks a socket that epoll has named what has become of its attempt.
func (c *connector) event(fd int, now time.Time) {
	if fd >= len(c.flights) || !c.flights[fd].used {
		return
	}
	f := c.flights[fd]
	number := c.connect(fd, f.Place)
	if number == unix.EALREADY || number == unix.EINTR {
		return
	}
	c.forget(fd)
	c.answers = append(c.answers, Answer{
		Place: f.Place, Try: f.Try, Kind: c.end(fd, f.Place, number), At: now,
		Repeated: now.Sub(f.sent) >= systemRepeats,
	})
}

// Close implements [Wire].
func (c *connector) Close() error {
	for _, fd := range c.sockets {
		_ = unix.Close(fd)
	}
	for _, idle := range c.idle {
		for _, fd := range idle {
			_ = unix.Close(fd)
		}
	}
	c.sockets, c.idle = nil, [2][]int{}
	return c.poll.close()
}

// kindOf reads the error of a connect; none is an accepted connection.
func kindOf(number unix.Errno) Kind {
	switch number {
	case 0, unix.EISCONN:
		return Open
	case unix.ECONNREFUSED, unix.ECONNRESET, unix.ECONNABORTED:
		return Closed
	case unix.ETIMEDOUT:
		return Expired
	case unix.EMFILE, unix.ENFILE, unix.EADDRNOTAVAIL, unix.ENOBUFS, unix.EAGAIN, unix.ENOMEM, unix.EINTR, unix.ENOSPC:
		return Hindered
	}
	return Barred // unreachable, or forbidden by our own system's firewall
}
