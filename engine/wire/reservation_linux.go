package wire

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"golang.org/x/sys/unix"
)

// reservation is a block of TCP ports that nobody else on this machine uses while
// it is held: a socket is bound to each, and does nothing. The system therefore
// knows no connection on these ports and resets each that a SYN of ours opens
// (RFC 9293 section 3.10.7.1), so that no host is left with half of one.
type reservation struct {
	ports   sourcePorts
	sockets []int
}

const (
	// firstFree is the port after those that Linux gives to connections unless it is
	// told otherwise (ip_local_port_range, 32768 to 60999).
	firstFree = 61008
	// reservationTries is enough to find a block where one in four is free.
	reservationTries = 64
)

// reserve looks above the ports of connections first, then also among them.
func reserve() (reservation, error) {
	var last error
	for try := range reservationTries {
		lowest := firstFree
		if try >= reservationTries/2 {
			lowest = 32768
		}
		blocks := (1<<16 - lowest) / MaxTries
		r := reservation{ports: sourcePorts(lowest + MaxTries*rand.IntN(blocks))}
		if last = r.bind(); last == nil {
			return r, nil
		}
		_ = r.close()
	}
	return reservation{}, fmt.Errorf("reserve %d source ports: %w", MaxTries, last)
}

func (r *reservation) bind() error {
	for try := range uint8(MaxTries) {
		fd, err := bindBoth(int(r.ports.of(try)))
		if err != nil {
			return err
		}
		r.sockets = append(r.sockets, fd)
	}
	return nil
}

// bindBoth binds a port of both families, or of IPv4 alone where there is no other.
func bindBoth(port int) (int, error) {
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	var everywhere unix.Sockaddr = &unix.SockaddrInet6{Port: port}
	if err == nil {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0)
	} else {
		fd, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		everywhere = &unix.SockaddrInet4{Port: port}
	}
	if err != nil {
		return -1, fmt.Errorf("open a socket: %w", err)
	}
	if err := unix.Bind(fd, everywhere); err != nil {
		_ = unix.Close(fd)
		return -1, fmt.Errorf("bind port %d: %w", port, err)
	}
	return fd, nil
}

func (r *reservation) close() error {
	var failed error
	for _, fd := range r.sockets {
		failed = errors.Join(failed, unix.Close(fd))
	}
	r.sockets = nil
	return failed
}
