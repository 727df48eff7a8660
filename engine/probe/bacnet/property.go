package bacnet

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Properties (ASHRAE 135 clause 21, BACnetPropertyIdentifier).
const (
	applicationSoftware = 12
	description         = 28
	firmwareRevision    = 44
	location            = 58
	modelName           = 70
	objectIdentifier    = 75
	objectName          = 77
	vendorIdentifier    = 120
	vendorName          = 121
)

const (
	anyInstance = 0x3fffff // a device answers to it as to its own (clause 15.5.2)
	deviceType  = 8 << 22
	serviceRead = 12 // ReadProperty
	ipType      = 0x81
	unicast     = 0x0a
	broadcast   = 0x0b
)

// readProperty is a confirmed request (clause 20.1.2) for a property of the device object.
func readProperty(invoke byte, instance uint32, property byte) []byte {
	const expectsReply, maxSize = 4, 5 // 1,476 bytes
	message := []byte{ipType, unicast, 0, 17, 1, expectsReply, 0, maxSize, invoke, serviceRead, 0x0c}
	message = binary.BigEndian.AppendUint32(message, deviceType|instance)
	return append(message, 0x19, property)
}

// Value is a property as a device tells it.
type Value struct {
	Text    string
	Number  uint32
	Refusal string
}

// ParseAnswer reads the answer to a request: a property, or why there is none. fits is
// false if it is no answer to it.
func ParseAnswer(data []byte, invoke, property byte) (value Value, fits bool) {
	apdu := unwrap(data)
	if len(apdu) < 3 || apdu[1] != invoke {
		return Value{}, false
	}
	switch apdu[0] & 0xf0 {
	case 0x30:
		if apdu[2] != serviceRead {
			return Value{}, false
		}
		return parseAck(apdu[3:], property)
	case 0x50:
		return Value{Refusal: "error"}, apdu[2] == serviceRead
	case 0x60:
		return Value{Refusal: fmt.Sprintf("reject %d", apdu[2])}, len(apdu) == 3
	case 0x70:
		return Value{Refusal: fmt.Sprintf("abort %d", apdu[2])}, len(apdu) == 3 && apdu[0]&1 == 1
	}
	return Value{}, false
}

// unwrap takes off the heads of BACnet/IP (annex J.2) and of the network layer (clause 6.2).
func unwrap(data []byte) []byte {
	if len(data) < 6 || data[0] != ipType || data[1] != unicast && data[1] != broadcast || int(binary.BigEndian.Uint16(data[2:])) != len(data) {
		return nil
	}
	npdu := data[4:]
	if npdu[0] != 1 || npdu[1]&0x80 != 0 {
		return nil
	}
	rest := npdu[2:]
	for _, bit := range []byte{0x20, 0x08} { // destination, source: network 2, length 1, address
		if npdu[1]&bit == 0 {
			continue
		}
		if len(rest) < 3 || len(rest) < 3+int(rest[2]) {
			return nil
		}
		rest = rest[3+int(rest[2]):]
	}
	if npdu[1]&0x20 != 0 && len(rest) > 0 { // hop count
		rest = rest[1:]
	}
	return rest
}

// parseAck reads the object, the property and the value between opening and closing tag 3.
func parseAck(data []byte, property byte) (Value, bool) {
	const head = 5 + 2 + 1
	if len(data) < head+2 || data[0] != 0x0c || data[5] != 0x19 || data[6] != property || data[7] != 0x3e || data[len(data)-1] != 0x3f {
		return Value{}, false
	}
	content := data[head : len(data)-1]
	tag, size := content[0]>>4, int(content[0]&7)
	content = content[1:]
	if size == 5 { // the length follows, in one byte up to 253
		if len(content) == 0 || content[0] > 253 {
			return Value{}, false
		}
		size, content = int(content[0]), content[1:]
	}
	if size > len(content) || size == 0 {
		return Value{}, size == 0
	}
	return decode(tag, content[:size]), true
}

// decode reads an application value (clause 20.2): unsigned, character string or object.
func decode(tag byte, content []byte) Value {
	switch {
	case tag == 7 && content[0] == 4 && len(content)%2 == 1: // UCS-2
		units := make([]uint16, len(content)/2)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(content[1+2*i:])
		}
		return Value{Text: probe.Text([]byte(string(utf16.Decode(units))))}
	case tag == 7:
		return Value{Text: strings.TrimSpace(probe.Text(content[1:]))}
	case (tag == 2 || tag == 12) && len(content) <= 4:
		var word [4]byte
		copy(word[4-len(content):], content)
		return Value{Number: binary.BigEndian.Uint32(word[:])}
	}
	return Value{}
}

func join(words ...string) string { return strings.Join(strings.Fields(strings.Join(words, " ")), " ") }
