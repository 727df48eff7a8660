package wire

import (
	"golang.org/x/sys/unix"
)

// refusedKind is what it says of a port that the system refuses a packet to it, 0
// where it says that something is wrong with us.
func refusedKind(number unix.Errno) Kind {
	switch number {
	case unix.ENETUNREACH, unix.EHOSTUNREACH, unix.EACCES, unix.EHOSTDOWN, unix.ENETDOWN, unix.EINVAL, unix.EADDRNOTAVAIL, unix.EAFNOSUPPORT:
		return Barred
	case unix.ENOBUFS, unix.ENOMEM, unix.EAGAIN:
		return Hindered
	case unix.ECONNREFUSED, unix.ENOPROTOOPT, unix.EPROTO, unix.EMSGSIZE: // ICMP errors for other packets of a socket
		return Hindered
	case unix.EPERM: // from the firewall of this machine, which also follows connections
		if conntrackFull() {
			return Hindered
		}
		return Barred
	}
	return 0
}
