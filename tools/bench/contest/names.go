package contest

import (
	"fmt"
	"net"
)

// socketBuffer is what a server of names can fall behind: 100,000 questions are
// asked as fast as they can be, and one that the kernel drops is no fault of who
// asks. The kernel doubles it, and gives what net.core.rmem_max permits.
const socketBuffer = 8 << 20

func listenPacket(place string) (net.PacketConn, error) {
	conn, err := net.ListenPacket("udp", place)
	if err != nil {
		return nil, err
	}
	if udp, ok := conn.(*net.UDPConn); ok {
		if err := udp.SetReadBuffer(socketBuffer); err != nil {
			return nil, fmt.Errorf("enlarge the buffer of %s: %w", place, err)
		}
	}
	return conn, nil
}
