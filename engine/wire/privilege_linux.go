package wire

import "golang.org/x/sys/unix"

// MaySYN tells whether this process may open raw sockets, which [NewSYN] needs.
func MaySYN() bool {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP)
	if err != nil {
		return false
	}
	return unix.Close(fd) == nil
}
