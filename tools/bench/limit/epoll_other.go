//go:build !linux

package limit

import (
	"errors"
	"io"
	"net/netip"
)

// Epoll says why not.
func Epoll(io.Writer, []netip.Addr, uint16, uint16) error {
	return errors.New("epoll is Linux's")
}
