package zoo

import (
	"encoding/binary"
	"io"
	"net"
)

// mostMessage is what no server of the zoo reads more of at once.
const mostMessage = 64 << 10

// messages plays a server of a protocol whose messages have a head of a fixed size that
// tells how long they are: length gives the whole length, or a negative number for what
// is no head. answer gives nil to hang up.
func messages(head int, length func(head []byte) int, answer func(message []byte) []byte) func(net.Conn) {
	return func(conn net.Conn) {
		for {
			message := make([]byte, head)
			if _, err := io.ReadFull(conn, message); err != nil {
				return
			}
			size := length(message)
			if size < head || size > mostMessage {
				return
			}
			message = append(message, make([]byte, size-head)...)
			if _, err := io.ReadFull(conn, message[head:]); err != nil {
				return
			}
			reply := answer(message)
			if reply == nil {
				return
			}
			if _, err := conn.Write(reply); err != nil {
				return
			}
		}
	}
}

// tpkt is the length of a packet of ISO transport (RFC 1006 section 6).
func tpkt(head []byte) int {
	if head[0] != 3 || head[1] != 0 {
		return -1
	}
	return int(binary.BigEndian.Uint16(head[2:]))
}

// datagrams is a server that answers with one datagram or none.
func datagrams(answer func(request []byte) []byte) func([]byte) [][]byte {
	return func(request []byte) [][]byte {
		if reply := answer(request); reply != nil {
			return [][]byte{reply}
		}
		return nil
	}
}

// Numbers as protocols write them.
func be16(n int) []byte    { return binary.BigEndian.AppendUint16(nil, uint16(n)) }
func be32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
func le16(n int) []byte    { return binary.LittleEndian.AppendUint16(nil, uint16(n)) }
func le32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
