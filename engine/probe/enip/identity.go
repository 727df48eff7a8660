package enip

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	command      = 0x63
	headSize     = 24 // command, length, session, status, context, options
	maxMessage   = 4096
	itemIdentity = 0x0c
	fixedSize    = 33 // of the item, up to the length of the name
)

var errNotENIP = errors.New("not an EtherNet/IP device")

// listIdentity is a message without data; the token is its context, which answers repeat.
func listIdentity(token uint64) []byte {
	message := make([]byte, headSize)
	message[0] = command
	binary.LittleEndian.PutUint64(message[12:], token)
	return message
}

// ReadMessage reads a message of a stream.
func ReadMessage(r io.Reader) ([]byte, error) {
	head := make([]byte, headSize)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	size := int(binary.LittleEndian.Uint16(head[2:]))
	if binary.LittleEndian.Uint16(head) != command || size == 0 || size > maxMessage {
		return nil, fmt.Errorf("%w: %.4x", errNotENIP, head)
	}
	message := append(head, make([]byte, size)...)
	_, err := io.ReadFull(r, message[headSize:])
	return message, err
}

// parse reads a message; nil if it is no answer to ours.
func parse(message []byte, token uint64) *Block {
	if len(message) < headSize || binary.LittleEndian.Uint64(message[12:]) != token {
		return nil
	}
	return ParseIdentity(message)
}

// ParseIdentity reads the identity item of an answer; nil if there is none: count of items 2,
// type 2, length 2, version 2, socket address 16, vendor 2, device type 2, product 2, revision 2,
// status 2, serial number 4, name, state 1.
func ParseIdentity(message []byte) *Block {
	if len(message) < headSize+6 || message[0] != command || message[1] != 0 || int(binary.LittleEndian.Uint16(message[2:])) != len(message)-headSize {
		return nil
	}
	items := message[headSize:]
	size := int(binary.LittleEndian.Uint16(items[4:]))
	if binary.LittleEndian.Uint16(items) == 0 || binary.LittleEndian.Uint16(items[2:]) != itemIdentity || size > len(items)-6 || size < fixedSize+1 {
		return nil
	}
	item := items[6 : 6+size]
	name := item[fixedSize:]
	if int(item[fixedSize-1]) > len(name)-1 || binary.BigEndian.Uint16(item[2:]) != 2 { // AF_INET
		return nil
	}
	return newBlock(item, probe.Text(name[:item[fixedSize-1]]), name[item[fixedSize-1]])
}

func newBlock(item []byte, name string, state byte) *Block {
	word := func(at int) int { return int(binary.LittleEndian.Uint16(item[at:])) }
	b := &Block{
		Address: netip.AddrFrom4([4]byte(item[6:10])).String(), Vendor: word(18), DeviceType: word(20), ProductCode: word(22),
		Revision: fmt.Sprintf("%d.%d", item[24], item[25]), Status: word(26), Serial: fmt.Sprintf("%08x", binary.LittleEndian.Uint32(item[28:])),
		Product: name, State: int(state),
	}
	b.VendorName = vendorName(b.Vendor)
	b.Banner = name + " " + b.Revision
	return b
}

// vendorName gives the best known of ODVA's vendor numbers.
func vendorName(id int) string {
	switch id {
	case 1:
		return "Rockwell Automation/Allen-Bradley"
	case 47:
		return "OMRON Corporation"
	case 243:
		return "Schneider Electric"
	case 283:
		return "Hilscher"
	case 40:
		return "WAGO Corporation"
	}
	return ""
}
