package mysql

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Flags of a client's and a server's abilities (MySQL source, mysql_com.h).
const (
	clientProtocol41       = 0x00000200
	clientSSL              = 0x00000800
	clientSecureConnection = 0x00008000
	clientPluginAuth       = 0x00080000
)

const (
	// packetHead is three bytes of length and one of the sequence number.
	packetHead = 4
	// maxPacket is more than any greeting: its texts are a version, 21 bytes of
	// salt and the name of a plugin; an error has at most 512 bytes of text.
	maxPacket = 1024
	// protocol10 is the only protocol since MySQL 3.21 (1998).
	protocol10 = 10
	errorMark  = 0xff
)

var errNotMySQL = errors.New("not a greeting of MySQL")

// readPacket reads a packet, head included, and not a byte more: what follows may be TLS.
func readPacket(r io.Reader) ([]byte, error) {
	head := make([]byte, packetHead)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	size := int(head[0]) | int(head[1])<<8 | int(head[2])<<16
	if size == 0 || size > maxPacket || head[3] != 0 {
		return nil, fmt.Errorf("%w: packet % x", errNotMySQL, head)
	}
	packet := make([]byte, packetHead+size)
	copy(packet, head)
	_, err := io.ReadFull(r, packet[packetHead:])
	return packet, err
}

// ReadGreeting reads a whole first packet: Protocol::HandshakeV10, or an ERR_Packet
// for hosts that may not connect.
func ReadGreeting(packet []byte) (*Block, error) {
	whole, err := readPacket(bytes.NewReader(packet))
	if err != nil || len(whole) != len(packet) {
		return nil, fmt.Errorf("%w: %.20q", errNotMySQL, packet)
	}
	block := &Block{Banner: probe.Text(packet)}
	read := block.readFault
	if packet[packetHead] == protocol10 {
		read = block.readHandshake
	}
	if !read(packet[packetHead:]) {
		return nil, fmt.Errorf("%w: %.20q", errNotMySQL, packet)
	}
	return block, nil
}

// readHandshake reads Protocol::HandshakeV10: after the version, a thread id (4), 8 bytes
// of salt and a zero, the lower abilities (2), character set (1), status (2), the
// upper abilities (2), length of the salt (1), 10 bytes reserved, the rest of the
// salt, and the plugin. Servers before 4.1 end after the status or the lower abilities.
func (b *Block) readHandshake(body []byte) bool {
	version, rest, ok := bytes.Cut(body[1:], []byte{0})
	if !ok || !isVersion(version) || len(rest) < 15 || rest[12] != 0 {
		return false
	}
	b.Protocol, b.Version = protocol10, probe.Text(version)
	rest = rest[13:]
	b.Capabilities = int(binary.LittleEndian.Uint16(rest))
	if len(rest) >= 18 {
		b.CharacterSet, b.Status = int(rest[2]), int(binary.LittleEndian.Uint16(rest[3:]))
		b.Capabilities |= int(binary.LittleEndian.Uint16(rest[5:])) << 16
		b.AuthPlugin = plugin(rest[18:], int(rest[7]))
	}
	b.StartTLS = b.Capabilities&clientSSL != 0
	return true
}

// plugin follows the second part of the salt, which is 13 bytes at least.
func plugin(rest []byte, salt int) string {
	rest = rest[min(len(rest), max(13, salt-8)):]
	name, _, _ := bytes.Cut(rest, []byte{0})
	return probe.Text(name)
}

// isVersion wants "5.7" or the like at the beginning, and text.
func isVersion(version []byte) bool {
	for _, c := range version {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return versionPattern.Match(version)
}

// readFault reads an ERR_Packet. Before the login it has no SQL state, but proxies
// put one: "#HY000".
func (b *Block) readFault(body []byte) bool {
	if body[0] != errorMark || len(body) < 4 {
		return false
	}
	b.ErrorCode = int(binary.LittleEndian.Uint16(body[1:]))
	message := body[3:]
	if len(message) > 6 && message[0] == '#' {
		message = message[6:]
	}
	b.ErrorID, b.ErrorMessage = faults()[b.ErrorCode], probe.Text(message)
	return b.ErrorID != ""
}

// faults are the errors that strangers get before they have said a word (MySQL Server
// Error Message Reference; MariaDB has the same numbers).
func faults() map[int]string {
	return map[int]string{
		1040: "ER_CON_COUNT_ERROR",
		1041: "ER_OUT_OF_RESOURCES",
		1042: "ER_BAD_HOST_ERROR",
		1043: "ER_HANDSHAKE_ERROR",
		1045: "ER_ACCESS_DENIED_ERROR",
		1053: "ER_SERVER_SHUTDOWN",
		1105: "ER_UNKNOWN_ERROR",
		1129: "ER_HOST_IS_BLOCKED",
		1130: "ER_HOST_NOT_PRIVILEGED",
		1135: "ER_CANT_CREATE_THREAD",
		1152: "ER_ABORTING_CONNECTION",
		1203: "ER_TOO_MANY_USER_CONNECTIONS",
		1226: "ER_USER_LIMIT_REACHED",
		3168: "ER_SERVER_ISNT_AVAILABLE",
		9001: "ER_PROXYSQL_MAX_CONN_TIMEOUT",
	}
}
