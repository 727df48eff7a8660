//go:build unix

package scanner

import "syscall"

// narrow bounds what a peer may send before it is read.
func narrow(_, _ string, c syscall.RawConn) (err error) {
	failed := c.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, windowBytes/2) // the kernel doubles it
	})
	if failed != nil {
		return failed
	}
	return err
}
