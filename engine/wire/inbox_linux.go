package wire

import (
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// inbox reads what a datagram socket holds. Of an answer it wants to know only that
// it came and from where.
type inbox struct {
	data    [1]byte
	control [256]byte // holds the one message that comes with an error
}

// hearErrors makes the system keep the ICMP errors for a socket's packets.
func hearErrors(fd, family int) error {
	level, option := unix.IPPROTO_IP, unix.IP_RECVERR
	if family == unix.AF_INET6 {
		level, option = unix.IPPROTO_IPV6, unix.IPV6_RECVERR
	}
	if err := unix.SetsockoptInt(fd, level, option, 1); err != nil {
		return fmt.Errorf("ask a socket for its errors: %w", err)
	}
	return nil
}

// enlarge makes a buffer of a socket as large as the system allows, up to 4 MiB.
func enlarge(fd, force, ask int) {
	const buffer = 4 << 20
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, force, buffer) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, ask, buffer)
	}
}

// read gives the next place that has answered or of which an ICMP error speaks.
// kind is 0 where that says nothing about the port.
func (i *inbox) read(fd int) (place netip.AddrPort, kind Kind, ok bool) {
	if fd == 0 {
		return place, 0, false
	}
	_, size, _, to, err := unix.Recvmsg(fd, i.data[:], i.control[:], unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
	if err == nil {
		place = placeOf(to)
		return place, errorKind(place.Addr(), i.control[:size]), true
	}
	for range datagramsOut { // errors of which the messages were read are told once more
		_, from, err := unix.Recvfrom(fd, i.data[:], unix.MSG_DONTWAIT)
		if err == nil {
			return placeOf(from), Open, true
		}
		if errors.Is(err, unix.EAGAIN) {
			break
		}
	}
	return place, 0, false
}

// errorKind reads struct sock_extended_err (ip(7)) and the address of the host that
// complains, which follows it, about a datagram to an address.
func errorKind(to netip.Addr, control []byte) Kind {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil || len(messages) == 0 {
		return 0
	}
	const origin, icmpType, icmpCode, size = 4, 5, 6, 16
	data := messages[0].Data
	if len(data) < size {
		return 0
	}
	kind, from := Kind(0), netip.Addr{}
	switch rest := data[size:]; {
	case data[origin] == unix.SO_EE_ORIGIN_ICMP && len(rest) >= 8:
		kind, from = icmpKind(data[icmpType], data[icmpCode]), netip.AddrFrom4([4]byte(rest[4:]))
	case data[origin] == unix.SO_EE_ORIGIN_ICMP6 && len(rest) >= 24:
		kind, from = icmpv6Kind(data[icmpType], data[icmpCode]), netip.AddrFrom16([16]byte(rest[8:]))
	}
	if kind == Closed && from != to {
		return Barred // somebody else says that the port cannot be reached
	}
	return kind
}
