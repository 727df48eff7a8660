package http

import (
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"strings"
)

// MMH3 is the hash by which Shodan and others search for icons: MurmurHash3 (x86,
// 32 bits, seed 0) of the picture in base64 with a line end after every 76 characters
// (RFC 2045 section 6.8) and at the end, as a signed number.
func MMH3(picture []byte) int32 {
	const line = 76
	text := base64.StdEncoding.EncodeToString(picture)
	var lines strings.Builder
	for len(text) > 0 {
		n := min(line, len(text))
		lines.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	return int32(murmur3([]byte(lines.String()))) //nolint:gosec // the sign is part of how the number is written
}

// murmur3 follows MurmurHash3_x86_32 of Austin Appleby's reference, seed 0.
func murmur3(data []byte) uint32 {
	const c1, c2 = 0xcc9e2d51, 0x1b873593
	var hash uint32
	length := uint32(len(data)) //nolint:gosec // at most web.MaxBody in base64
	for ; len(data) >= 4; data = data[4:] {
		hash ^= bits.RotateLeft32(binary.LittleEndian.Uint32(data)*c1, 15) * c2
		hash = bits.RotateLeft32(hash, 13)*5 + 0xe6546b64
	}
	var tail uint32
	for i, b := range data {
		tail |= uint32(b) << (8 * i)
	}
	hash ^= bits.RotateLeft32(tail*c1, 15) * c2
	hash ^= length
	hash = (hash ^ hash>>16) * 0x85ebca6b
	hash = (hash ^ hash>>13) * 0xc2b2ae35
	return hash ^ hash>>16
}
