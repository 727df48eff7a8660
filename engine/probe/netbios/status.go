package netbios

import (
	"encoding/binary"
	"net"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	typeStatus = 0x21
	classIN    = 1
	isGroup    = 0x8000
	entrySize  = 18 // name 15, suffix 1, flags 2
	fileServer = 0x20
)

// anyName is "*" and 15 NUL in the first-level encoding (RFC 1001 section 14.1): two
// letters for each byte.
const anyName = "\x20CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\x00"

func statusRequest(id uint16) []byte {
	request := binary.BigEndian.AppendUint16(nil, id)
	request = append(request, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
	request = append(request, anyName...)
	return append(request, 0, typeStatus, 0, classIN)
}

// ParseStatus reads a NODE STATUS RESPONSE (RFC 1002 section 4.2.18); nil if it is none or
// answers another.
func ParseStatus(data []byte, id uint16) *Block {
	const head = 12
	if len(data) < head || binary.BigEndian.Uint16(data) != id || data[2]&0xf8 != 0x80 || data[3]&0x0f != 0 || binary.BigEndian.Uint16(data[6:]) != 1 {
		return nil
	}
	rest, ok := strings.CutPrefix(string(data[head:]), anyName)
	const fixed = 10 // type 2, class 2, time to live 4, length 2
	if !ok || len(rest) < fixed+1 || rest[:4] != "\x00\x21\x00\x01" {
		return nil
	}
	size := int(binary.BigEndian.Uint16([]byte(rest[8:])))
	count := int(rest[fixed])
	list := []byte(rest[fixed+1:])
	if size > len(list)+1 || count*entrySize > size-1 {
		return nil
	}
	return newBlock(list[:count*entrySize], list[count*entrySize:])
}

// newBlock reads the names and the statistics, which begin with the hardware address.
func newBlock(list, statistics []byte) *Block {
	block := &Block{Names: []Name{}}
	for entry := range slices.Chunk(list, entrySize) {
		name := Name{
			Name:   strings.TrimRight(probe.Text(entry[:15]), " "),
			Suffix: int(entry[15]), Group: binary.BigEndian.Uint16(entry[16:])&isGroup != 0,
		}
		block.Names = append(block.Names, name)
		block.learn(name)
	}
	if len(statistics) >= 6 && !slices.Equal(statistics[:6], make([]byte, 6)) {
		block.MAC = net.HardwareAddr(statistics[:6]).String()
	}
	block.Banner = block.Computer
	return block
}

func (b *Block) learn(name Name) {
	switch {
	case name.Suffix == 0 && name.Group && b.Group == "":
		b.Group = name.Name
	case (name.Suffix == 0 || name.Suffix == fileServer) && !name.Group && b.Computer == "":
		b.Computer = name.Name
	}
}
