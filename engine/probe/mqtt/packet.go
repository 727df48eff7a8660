package mqtt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Kinds of packets (MQTT 5 section 2.1.2), and levels of the protocol (section 3.1.2.2).
const (
	connack  = 2
	publish  = 3
	pingresp = 13

	version311 = 4
	version5   = 5
)

// Codes of CONNACK (MQTT 3.1.1 table 3.1), and the one of version 5 that is for others.
const (
	codeAccepted      = 0
	codeVersion       = 1
	codeBadPassword   = 4
	codeNotAuthorized = 5
	reasonVersion     = 0x84
)

func codes() []string {
	return []string{"connection accepted", "unacceptable protocol version", "identifier rejected", "server unavailable", "bad user name or password", "not authorized"}
}

const (
	// maxPacket is more than a broker's account of itself, or the properties of CONNACK.
	maxPacket = 4096
	// maxPackets is more than what comes between a subscription and PINGRESP.
	maxPackets = 8
	// versionTopic is where Mosquitto keeps its version ($SYS is the broker's own).
	versionTopic = "$SYS/broker/version"
)

var errNotMQTT = errors.New("not an answer of an MQTT broker")

// Packet is a control packet (MQTT 5 section 2.1).
type Packet struct {
	Kind, Flags byte
	Body        []byte
}

// ReadPacket reads a packet: a kind, a length of up to four bytes of seven bits, a body.
func ReadPacket(r io.Reader) (Packet, error) {
	one := make([]byte, 1)
	if _, err := io.ReadFull(r, one); err != nil {
		return Packet{}, err
	}
	p, size := Packet{Kind: one[0] >> 4, Flags: one[0] & 0x0f}, 0
	if p.Kind == 0 {
		return Packet{}, fmt.Errorf("%w: packet of kind 0", errNotMQTT)
	}
	for shift := 0; ; shift += 7 {
		if _, err := io.ReadFull(r, one); err != nil {
			return Packet{}, err
		}
		size |= int(one[0]&0x7f) << shift
		if one[0] < 0x80 {
			break
		}
		if shift == 21 {
			return Packet{}, fmt.Errorf("%w: a length of more than four bytes", errNotMQTT)
		}
	}
	if size > maxPacket {
		return Packet{}, fmt.Errorf("%w: a packet of %d bytes", errNotMQTT, size)
	}
	p.Body = make([]byte, size)
	_, err := io.ReadFull(r, p.Body)
	return p, err
}

// connectPacket is a client without name and password that leaves no session behind.
// Without an id, the broker gives it one (section 3.1.3.1).
func connectPacket(version byte) []byte {
	const cleanSession, keepAlive = 2, 60 // flags; seconds
	body := append([]byte{0, 4}, "MQTT"...)
	body = append(body, version, cleanSession, 0, keepAlive)
	if version == version5 {
		body = append(body, 0) // no properties
	}
	body = append(body, 0, 0) // no id
	return append([]byte{1 << 4, byte(len(body))}, body...)
}

func disconnectPacket() []byte { return []byte{14 << 4, 0} }

// askVersion subscribes to the broker's version, which it has kept for whoever
// asks, and pings: what is not there before the answer to the ping, is not there.
func askVersion(conn net.Conn) string {
	const id, atMostOnce = 1, 0
	topic := append(binary.BigEndian.AppendUint16(nil, uint16(len(versionTopic))), versionTopic...)
	body := append(append([]byte{0, id}, topic...), atMostOnce)
	packets := append([]byte{8<<4 | 2, byte(len(body))}, body...)
	if _, err := conn.Write(append(packets, 12<<4, 0)); err != nil {
		return ""
	}
	version := ""
	for range maxPackets {
		p, err := ReadPacket(conn)
		if err != nil || p.Kind == pingresp {
			break
		}
		if p.Kind == publish {
			version = message(p.Body)
		}
	}
	_, _ = conn.Write(disconnectPacket()) // a broker that hung up first needs no farewell
	return version
}

// message is what is published on the topic of the version, at most once.
func message(body []byte) string {
	var topic cryptobyte.String
	rest := cryptobyte.String(body)
	if !rest.ReadUint16LengthPrefixed(&topic) || string(topic) != versionTopic {
		return ""
	}
	return probe.Text(rest)
}

// assignedClientID looks through properties (MQTT 5 section 3.2.2.3), whose sizes go
// by their ids; it stops at one it does not know.
func assignedClientID(properties []byte) string {
	const assigned, userProperty = 18, 38 // the latter has two texts
	sizes := map[byte]int{17: 4, 33: 2, 34: 2, 36: 1, 37: 1, 39: 4, 40: 1, 41: 1, 42: 1, 19: 2}
	rest := cryptobyte.String(properties[1:])
	for !rest.Empty() {
		var id byte
		var text cryptobyte.String
		if !rest.ReadUint8(&id) {
			return ""
		}
		if size, ok := sizes[id]; ok {
			if !rest.Skip(size) {
				return ""
			}
			continue
		}
		if !rest.ReadUint16LengthPrefixed(&text) || id == assigned {
			return probe.Text(text)
		}
		if id == userProperty && !rest.ReadUint16LengthPrefixed(&text) {
			return ""
		}
	}
	return ""
}
