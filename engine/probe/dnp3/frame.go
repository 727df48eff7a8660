package dnp3

import (
	"encoding/binary"
	"fmt"
)

const (
	headSize      = 10   // start 2, length, control, destination 2, source 2, checksum 2
	requestStatus = 0xc9 // from a master, primary, REQUEST_LINK_STATUS
	linkStatus    = 11
	notSupported  = 15
	fromMaster    = 0x80
	primary       = 0x40
	master        = 3     // our address; masters are seldom above 4
	lastAddress   = 63    // outstations are mostly numbered from 1
	self          = 65532 // the address every outstation may answer to (clause 9.2.5.2)
)

// requests asks for the status of the link at every address.
func requests() (frames []byte) {
	for address := range lastAddress + 1 {
		frames = append(frames, request(address)...)
	}
	return append(frames, request(self)...)
}

func request(address int) []byte {
	frame := []byte{0x05, 0x64, 5, requestStatus}
	frame = binary.LittleEndian.AppendUint16(frame, uint16(address))
	frame = binary.LittleEndian.AppendUint16(frame, master)
	return binary.LittleEndian.AppendUint16(frame, checksum(frame))
}

// checksum is the CRC of clause 9.2.3: polynomial 0x3d65, reflected, complemented.
func checksum(data []byte) uint16 {
	const reflected = 0xa6bc
	crc := uint16(0)
	for _, b := range data {
		crc ^= uint16(b)
		for range 8 {
			if crc&1 != 0 {
				crc = crc>>1 ^ reflected
			} else {
				crc >>= 1
			}
		}
	}
	return ^crc
}

// ParseFrame reads the head of an outstation's answer; nil if it is none. Its direction
// and its role tell it from an echo of the question.
func ParseFrame(head []byte) *Block {
	if len(head) < headSize || head[0] != 0x05 || head[1] != 0x64 || head[2] < 5 || binary.LittleEndian.Uint16(head[8:]) != checksum(head[:8]) {
		return nil
	}
	function := int(head[3] & 0x0f)
	if head[3]&(fromMaster|primary) != 0 || function != linkStatus && function != notSupported {
		return nil
	}
	b := &Block{Function: function, Destination: int(binary.LittleEndian.Uint16(head[4:])), Source: int(binary.LittleEndian.Uint16(head[6:]))}
	b.Banner = fmt.Sprintf("outstation %d", b.Source)
	return b
}
