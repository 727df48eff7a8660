package wire

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// synWire sends bare SYN packets and remembers none of them. What an answer
// belongs to is in the answer: the try in our port, the proof in the sequence
// number (see [key] and [sourcePorts]).
//
//	Send → gate (scope, source address) → batch → raw socket → the network
//	take ← reader (cookie, try) ← ring ← filter ← packet socket ←──┘
//
// The system knows nothing of it, so it answers each SYN-ACK with a reset of its own.
type synWire struct {
	device   string
	reserved reservation
	key      key
	reader   reader
	writer   writer
	gate     gate
	waiter   *waiter
	families [2]*family // IPv4 and IPv6, each opened when first used
	local    []Answer   // what is known without the network
}

var _ Wire = (*synWire)(nil)

// NewSYN gives a wire that sends bare SYN packets from raw sockets. A process that
// may not open them gets a [engine.Forbidden] error. Half-open connections do not
// stay behind: the system resets them.
func NewSYN(c Config) (Wire, error) {
	if err := checkDevice(c.Interface); err != nil {
		return nil, err
	}
	w := &synWire{device: c.Interface, key: newKey(), writer: newWriter(), gate: newGate(c.Scope)}
	if err := w.open(); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *synWire) open() (err error) {
	if w.waiter, err = newWaiter(); err != nil {
		return err
	}
	if w.reserved, err = reserve(); err != nil {
		return err
	}
	w.reader = reader{key: w.key, ports: w.reserved.ports}
	// Of the two families this one is always there; it shows whether we may.
	if _, err = w.family(netip.IPv4Unspecified()); errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		return notPrivileged(err)
	}
	return err
}

// cannotSYN is why [New] connects.
const cannotSYN = "raw sockets need CAP_NET_RAW (setcap cap_net_raw+ep portolan)"

func notPrivileged(err error) error {
	return &engine.Error{
		Kind: engine.Forbidden, Title: "SYN scan is not possible", Field: "mode", Err: err,
		Detail: "this process may not open raw sockets",
		Hint:   "give it CAP_NET_RAW (setcap cap_net_raw+ep portolan), or use mode connect",
	}
}

// Name is "syn".
func (*synWire) Name() string { return string(engine.ModeSYN) }

// synOut is how many SYNs may be unanswered: as many as are sent in half a second,
// after which an answer is no longer waited for. The ring is smaller, but it is
// emptied after every few that are sent; only where nothing answers so many are out.
const synOut = 1 << 16

// Capacity is how many attempts may be unanswered; nothing is kept of them.
func (*synWire) Capacity() int { return synOut }

// Now is the time of the system.
func (*synWire) Now() time.Time { return time.Now() }

// Release does nothing: attempts hold nothing.
func (*synWire) Release(Attempt) {}

// Send puts a SYN into the next batch.
func (w *synWire) Send(a Attempt) error {
	addr := a.Place.Addr()
	v := w.gate.slot(addr)
	if v.addr != addr {
		if err := w.judge(v, addr); err != nil {
			return err
		}
	}
	if v.kind != 0 {
		w.local = append(w.local, Answer{Place: a.Place, Kind: v.kind, Try: a.Try, At: w.Now()})
		return nil
	}
	f, err := w.family(addr)
	if err != nil {
		return err
	}
	way := flow{ours: v.from, theirs: addr, ourPort: w.reserved.ports.of(a.Try), theirPort: a.Place.Port()}
	size := f.write(f.batch.next(a, addr), way, w.key.cookie(way))
	if f.batch.add(size) {
		return w.flush(f)
	}
	return nil
}

// judge finds out whether and from where packets may be sent to an address.
func (w *synWire) judge(v *verdict, addr netip.Addr) error {
	if err := w.gate.permit(addr); err != nil {
		return err
	}
	f, err := w.family(addr)
	if errors.Is(err, unix.EAFNOSUPPORT) { // the system was built or started without IPv6
		*v = verdict{addr: addr, kind: Barred}
		return nil
	}
	if err != nil {
		return err
	}
	*v = verdict{addr: addr}
	way := f.routes.to(addr)
	if v.from = way.from; way.err != nil || addr.Zone() != "" { // of a zone nothing comes back in an answer
		v.kind = Barred
	}
	return nil
}

// family gives what belongs to an address's family.
func (w *synWire) family(addr netip.Addr) (*family, error) {
	i := 0
	if !addr.Is4() {
		i = 1
	}
	if w.families[i] != nil {
		return w.families[i], nil
	}
	f := &family{write: w.writer.ipv4, read: w.reader.ipv4}
	if i == 1 {
		f.write, f.read = w.writer.ipv6, w.reader.ipv6
	}
	if err := f.open(i == 1, w.device, w.reserved.ports); err != nil {
		return nil, errors.Join(err, f.close())
	}
	w.families[i] = f
	w.waiter.add(f.ring.fd)
	return f, nil
}

// Receive sends what waits, then reads the rings.
func (w *synWire) Receive(ctx context.Context, until time.Time, take func(Answer)) error {
	w.waiter.wakeWith(ctx)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.flushAll(); err != nil {
			return err
		}
		if w.hear(take) > 0 {
			return nil
		}
		left := until.Sub(w.Now())
		if left <= 0 {
			return nil
		}
		if err := w.waiter.wait(left); err != nil {
			return err
		}
	}
}

// hear gives the answers that are there, and tells how many.
func (w *synWire) hear(take func(Answer)) int {
	heard := len(w.local)
	for i := 0; i < heard; i++ {
		take(w.local[i])
	}
	w.local = append(w.local[:0], w.local[heard:]...) // take may have sent
	now := w.Now()
	for _, f := range w.families {
		if f != nil {
			heard += f.hear(now, take)
		}
	}
	return heard
}

func (w *synWire) flushAll() error {
	for _, f := range w.families {
		if f == nil {
			continue
		}
		if err := w.flush(f); err != nil {
			return err
		}
	}
	return nil
}

// queueTime is how long a full queue of this machine is waited for: on a line of
// 1 Mbit/s a batch takes half of it.
const queueTime = 100 * time.Millisecond

// flush sends a batch. A packet the system refuses is answered in its place.
func (w *synWire) flush(f *family) error {
	b := f.batch
	size := b.size
	b.size = 0
	for from := 0; from < size; {
		n, number := b.send(from, size)
		from += n
		if number == 0 || number == unix.EINTR || number == unix.EAGAIN && writable(b.fd, queueTime) {
			continue
		}
		refused := b.attempts[from : from+1]
		if number == unix.EAGAIN { // the queue stands still: none of the rest
			refused = b.attempts[from:size]
		}
		if err := w.refuse(refused, number); err != nil {
			return err
		}
		from += len(refused)
	}
	return nil
}

// refuse answers attempts for the system.
func (w *synWire) refuse(attempts []Attempt, number unix.Errno) error {
	kind, now := refusedKind(number), w.Now()
	if kind == 0 {
		return fmt.Errorf("send to %s: %w", attempts[0].Place, number)
	}
	for _, a := range attempts {
		w.local = append(w.local, Answer{Place: a.Place, Kind: kind, Try: a.Try, At: now})
	}
	return nil
}

// Close gives the sockets and the reserved ports back.
func (w *synWire) Close() error {
	failed := w.reserved.close()
	for i, f := range w.families {
		if f != nil {
			failed = errors.Join(failed, f.close())
			w.families[i] = nil
		}
	}
	if w.waiter != nil {
		failed = errors.Join(failed, w.waiter.close())
		w.waiter = nil
	}
	return failed
}
