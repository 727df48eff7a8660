package s7

import (
	"encoding/binary"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// System status lists (SIMATIC "System Software for S7-300/400, Volume 2", chapter 34).
const (
	moduleID    = 0x0011
	componentID = 0x001c
)

// readList asks for a list and gives its records.
func readList(conn net.Conn, list uint16) ([][]byte, error) {
	parameters := []byte{0, 1, 0x12, 4, 0x11, 0x44, 1, 0} // request of the CPU functions: read a list
	data := []byte{0xff, 9, 0, 4, byte(list >> 8), byte(list), 0, 0}
	m, err := exchange(conn, kindUserData, listID+list, parameters, data)
	if err != nil {
		return nil, err
	}
	if m.kind != kindUserData {
		return nil, fmt.Errorf("%w: no list", errNotS7)
	}
	return ParseList(m.data, list)
}

// ParseList takes the records out of a list: return code, transport size, length, number
// of the list, index, length and count of the records.
func ParseList(data []byte, list uint16) ([][]byte, error) {
	const head = 12
	if len(data) < head || data[0] != 0xff || binary.BigEndian.Uint16(data[4:]) != list {
		return nil, fmt.Errorf("%w: no list", errNotS7)
	}
	size, count := int(binary.BigEndian.Uint16(data[8:])), int(binary.BigEndian.Uint16(data[10:]))
	rest := data[head:]
	if size < 4 {
		return nil, fmt.Errorf("%w: records of %d bytes", errNotS7, size)
	}
	count = min(count, len(rest)/size) // the last may be in another part
	return slices.Collect(slices.Chunk(rest[:count*size], size)), nil
}

// learn reads the records of a list, which begin with an index.
func (b *Block) learn(list uint16, records [][]byte) {
	for _, record := range records {
		index, text := binary.BigEndian.Uint16(record), record[2:]
		if list == moduleID {
			b.learnModule(index, text)
		} else {
			b.learnComponent(index, text)
		}
	}
	b.Identified = b.Module != "" || b.ModuleType != ""
	b.Banner = strings.TrimSpace(clean([]byte(b.ModuleType+" "+b.Module)) + " " + b.Firmware)
}

// learnModule reads an order number of 20 bytes, a type and two words of version; the
// firmware's are "V" and three numbers.
func (b *Block) learnModule(index uint16, text []byte) {
	if len(text) < 26 {
		return
	}
	switch index {
	case 1:
		b.Module = clean(text[:20])
	case 6:
		b.Hardware = clean(text[:20])
	case 7:
		if text[22] == 'V' {
			b.Firmware = fmt.Sprintf("%d.%d.%d", text[23], text[24], text[25])
		}
	}
}

func (b *Block) learnComponent(index uint16, text []byte) {
	names := map[uint16]*string{1: &b.SystemName, 2: &b.ModuleName, 3: &b.PlantID, 4: &b.Copyright, 5: &b.SerialNumber, 7: &b.ModuleType}
	if name := names[index]; name != nil {
		*name = clean(text)
	}
}

// clean ends a text at its first NUL.
func clean(text []byte) string {
	before, _, _ := strings.Cut(string(text), "\x00")
	return strings.TrimSpace(probe.Text([]byte(before)))
}
