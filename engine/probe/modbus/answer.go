package modbus

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	firstID     = 0x504f // of our transactions; answers repeat it
	headSize    = 7      // transaction, protocol, length: 2 each; unit 1
	maxPDU      = 253    // section 4.1
	function    = 0x2b   // Encapsulated Interface Transport
	readDevice  = 0x0e   // its kind: Read Device Identification
	isException = 0x80
	basic       = 1 // objects 0 to 2
)

// request asks for the basic identification, from the first object on.
func request(id uint16, unit byte) []byte {
	frame := binary.BigEndian.AppendUint16(nil, id)
	return append(frame, 0, 0, 0, 5, unit, function, readDevice, basic, 0)
}

// ReadAnswer reads the answer to a request: the identification or an exception.
func ReadAnswer(r io.Reader, id uint16, unit byte) (*Block, error) {
	var head [headSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := int(binary.BigEndian.Uint16(head[4:])) - 1
	if binary.BigEndian.Uint16(head[:]) != id || head[2] != 0 || head[3] != 0 || head[6] != unit || size < 2 || size > maxPDU {
		return nil, fmt.Errorf("%w: it answers with %x", errNotModbus, head)
	}
	pdu := make([]byte, size)
	if _, err := io.ReadFull(r, pdu); err != nil {
		return nil, err
	}
	block := &Block{UnitID: int(unit)}
	if pdu[0] == function|isException && size == 2 {
		return block, block.refuse(pdu[1])
	}
	return block, block.learn(pdu)
}

// refuse reads an exception (section 7).
func (b *Block) refuse(code byte) error {
	names := []string{
		1: "illegal function", 2: "illegal data address", 3: "illegal data value", 4: "server device failure", 5: "acknowledge",
		6: "server device busy", 8: "memory parity error", 10: "gateway path unavailable", 11: "gateway target device failed to respond",
	}
	if int(code) >= len(names) || names[code] == "" {
		return fmt.Errorf("%w: exception %d", errNotModbus, code)
	}
	b.ExceptionCode, b.Exception, b.Banner = int(code), names[code], names[code]
	return nil
}

// isElsewhere reports whether a gateway says that the unit is not there.
func (b *Block) isElsewhere() bool { return b.ExceptionCode == 10 || b.ExceptionCode == 11 }

// learn reads the identification: kind, code, conformity, more follows, next object, number of
// objects, and the objects.
func (b *Block) learn(pdu []byte) error {
	const fixed = 7
	if len(pdu) < fixed || pdu[0] != function || pdu[1] != readDevice || pdu[2] != basic || pdu[3]&0x7f < 1 || pdu[3]&0x7f > 3 {
		return fmt.Errorf("%w: malformed identification", errNotModbus)
	}
	b.Conformity = int(pdu[3])
	texts := []*string{&b.Vendor, &b.ProductCode, &b.Revision, &b.VendorURL, &b.ProductName, &b.ModelName}
	rest := pdu[fixed:]
	for range pdu[6] {
		if len(rest) < 2 || int(rest[1]) > len(rest)-2 {
			return fmt.Errorf("%w: malformed objects", errNotModbus)
		}
		if object := int(rest[0]); object < len(texts) {
			*texts[object] = strings.TrimSpace(probe.Text(rest[2 : 2+rest[1]]))
		}
		rest = rest[2+rest[1]:]
	}
	b.Banner = strings.Join(strings.Fields(b.Vendor+" "+b.ProductCode+" "+b.Revision), " ")
	return nil
}
