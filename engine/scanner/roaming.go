package scanner

import (
	"net"
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// roaming is a socket for one port of which the answers come from others of the same host:
// TFTP servers choose one for each transfer (RFC 1350 section 4). What is said after the
// first answer goes where that came from.
type roaming struct {
	*net.UDPConn
	to netip.AddrPort
}

var _ net.Conn = (*roaming)(nil)

// answersRoam tells the endpoints of which the answers come from another port.
func answersRoam(to engine.Endpoint) bool {
	const tftp = 69
	return to.Transport == engine.UDP && to.Port == tftp
}

func roam(to engine.Endpoint) (net.Conn, error) {
	conn, err := net.ListenUDP("udp", nil)
	if err != nil {
		return nil, err
	}
	return &roaming{conn, netip.AddrPortFrom(to.Addr, to.Port)}, nil
}

// Write implements [net.Conn].
func (r *roaming) Write(p []byte) (int, error) { return r.WriteToUDPAddrPort(p, r.to) }

// Read implements [net.Conn]; datagrams of other hosts are passed over.
func (r *roaming) Read(p []byte) (int, error) {
	for {
		n, from, err := r.ReadFromUDPAddrPort(p)
		if err != nil {
			return n, err
		}
		if from.Addr().Unmap() == r.to.Addr().Unmap() {
			r.to = from
			return n, nil
		}
	}
}

// RemoteAddr implements [net.Conn].
func (r *roaming) RemoteAddr() net.Addr { return net.UDPAddrFromAddrPort(r.to) }
