package wire

import (
	"fmt"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// batchSize is how many packets one system call sends: enough that the call itself
// costs little beside them, and few enough for the queue of a small device (500 on
// a tunnel) to hold two.
const batchSize = 128

// batch is packets of one family on their way to a raw socket. Everything in it is
// laid out once; sending allocates nothing.
type batch struct {
	fd       int
	family   uint16
	size     int // packets in it
	attempts [batchSize]Attempt
	packets  [batchSize][packetSize]byte
	messages [batchSize]message
	iovecs   [batchSize]unix.Iovec
	names4   [batchSize]unix.RawSockaddrInet4
	names6   [batchSize]unix.RawSockaddrInet6
}

// message is struct mmsghdr of sendmmsg(2).
type message struct {
	header unix.Msghdr
	_      uint32
}

// openBatch opens a raw socket of a family, the packets of which we write from the
// IP header on (raw(7), IPPROTO_RAW). The system finds the way and the neighbour.
func openBatch(family uint16, device string) (*batch, error) {
	fd, err := unix.Socket(int(family), unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.IPPROTO_RAW)
	if err != nil {
		return nil, fmt.Errorf("open a raw socket: %w", err)
	}
	b := &batch{fd: fd, family: family}
	if err := b.configure(device); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	b.lay()
	return b, nil
}

// configure asks for a large buffer, and to be told when a queue on this machine is
// full: else such packets are dropped in silence. Nobody's ICMP errors come to a
// socket of IPPROTO_RAW.
func (b *batch) configure(device string) error {
	enlarge(b.fd, unix.SO_SNDBUFFORCE, unix.SO_SNDBUF)
	if err := hearErrors(b.fd, int(b.family)); err != nil {
		return err
	}
	return bindTo(b.fd, device)
}

// bindTo lets packets leave by one interface only; "" by any.
func bindTo(fd int, device string) error {
	if device == "" {
		return nil
	}
	if err := unix.BindToDevice(fd, device); err != nil {
		return fmt.Errorf("bind a socket to interface %s: %w", device, err)
	}
	return nil
}

func (b *batch) lay() {
	for i := range b.messages {
		header := &b.messages[i].header
		b.iovecs[i].Base = &b.packets[i][0]
		header.Iov = &b.iovecs[i]
		header.SetIovlen(1)
		if b.family == unix.AF_INET {
			header.Name, header.Namelen = (*byte)(unsafe.Pointer(&b.names4[i])), unix.SizeofSockaddrInet4
			b.names4[i].Family = unix.AF_INET
			continue
		}
		header.Name, header.Namelen = (*byte)(unsafe.Pointer(&b.names6[i])), unix.SizeofSockaddrInet6
		b.names6[i].Family = unix.AF_INET6
	}
}

// next gives the place for one more packet to an address; there must be one.
func (b *batch) next(a Attempt, to netip.Addr) *[packetSize]byte {
	if b.family == unix.AF_INET {
		b.names4[b.size].Addr = to.As4()
	} else {
		b.names6[b.size].Addr = to.As16()
	}
	b.attempts[b.size] = a
	return &b.packets[b.size]
}

// add puts the packet in that place, size bytes long, among those to be sent.
func (b *batch) add(size int) (full bool) {
	b.iovecs[b.size].SetLen(size)
	b.size++
	return b.size == batchSize
}

// send gives packets to the system from one up to another, and tells how many it
// took. With none there is an error, which is the first packet's own. The call does
// not wait, but it may take a millisecond: that the runtime is not told of it saves
// a thread that would watch it, a sixteenth of all the time.
func (b *batch) send(from, size int) (int, unix.Errno) {
	n, _, number := unix.RawSyscall6(unix.SYS_SENDMMSG, uintptr(b.fd),
		uintptr(unsafe.Pointer(&b.messages[from])), uintptr(size-from), unix.MSG_DONTWAIT, 0, 0)
	if number != 0 {
		return 0, number
	}
	return int(n), 0
}

func (b *batch) close() error { return unix.Close(b.fd) }
