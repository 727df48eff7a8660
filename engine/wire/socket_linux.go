package wire

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// mostSockets is enough: at a round trip of 100 ms it makes 160,000 attempts a second.
	mostSockets = 16384
	// spareFiles of the process's limit are left to others at least, and an eighth of it.
	spareFiles = 256
)

// connectCapacity is how many sockets may be open: what is asked for, or what the
// process's limit leaves. Go has raised the limit to the hard one at start.
func connectCapacity(wanted int) int {
	if wanted > 0 {
		return wanted
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return spareFiles
	}
	files := int(min(1<<20, limit.Cur))
	return max(16, min(mostSockets, files-files/8-spareFiles))
}

// disconnect makes a socket new that is connected or about to be (connect(2):
// an address of family AF_UNSPEC dissolves the association). Nothing is sent
// unless the connection was accepted meanwhile, which is then reset.
func disconnect(fd int) unix.Errno {
	nowhere := unix.RawSockaddr{Family: unix.AF_UNSPEC}
	return connect(fd, unsafe.Pointer(&nowhere), unsafe.Sizeof(nowhere))
}

// connect is the system call, which does not wait on these sockets. What package
// unix makes of it costs an allocation for the error, and nearly every attempt
// ends with one.
func connect(fd int, to unsafe.Pointer, size uintptr) unix.Errno {
	_, _, number := unix.RawSyscall(unix.SYS_CONNECT, uintptr(fd), uintptr(to), size)
	return number
}

// errnoOf gives the system's number for an error of package unix.
func errnoOf(err error) unix.Errno {
	if number, ok := errors.AsType[unix.Errno](err); ok {
		return number
	}
	return unix.ENOBUFS
}

// bigEndian is a port as it stands in an address of the system.
func bigEndian(port uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], port)
	return binary.NativeEndian.Uint16(b[:])
}

// hangUp closes an accepted connection with a reset instead of a farewell: no port
// of ours stays behind in TIME_WAIT, of which a scan of thousands of open ports
// would use up all.
func hangUp(fd int) {
	_ = unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1, Linger: 0})
	_ = unix.Close(fd)
}

// isSelf finds a connection of a socket with itself. Whoever connects to a free
// port of his own machine may be given that very port as his own, and TCP then
// takes the two calls for one another (simultaneous open, RFC 9293 section 3.5).
func isSelf(fd int, place netip.AddrPort) bool {
	local, err := unix.Getsockname(fd)
	if err != nil {
		return false
	}
	switch a := local.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port)) == netip.AddrPortFrom(place.Addr().Unmap(), place.Port())
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr), uint16(a.Port)) == netip.AddrPortFrom(place.Addr().WithZone(""), place.Port())
	}
	return false
}
