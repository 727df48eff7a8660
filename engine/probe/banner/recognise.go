package banner

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// signature is what every greeting of a protocol looks like.
type signature struct {
	name    string
	pattern *regexp.Regexp
}

// signatures are tried in order. A number alone is said by servers of many protocols,
// so a word of the protocol or the name of a server must come with it.
var signatures = sync.OnceValue(func() []signature {
	return []signature{
		{"nntp", regexp.MustCompile(`(?i)^20[01] [^\n]*(nntp|news|inn)`)},
		{"vnc", regexp.MustCompile(`^RFB \d{3}\.\d{3}\n`)},
		{"rsync", regexp.MustCompile(`^@RSYNCD: \d+`)},
		{"nats", regexp.MustCompile(`^INFO \{"server_id":`)},
	}
})

// Recognise names the protocol of a greeting, [Unknown] when it could be several.
func Recognise(greeting []byte) (string, *Block) {
	block := &Block{Banner: probe.Text(greeting)}
	if recogniseMySQL(greeting, block) {
		return "mysql", block
	}
	for _, s := range signatures() {
		if s.pattern.Match(greeting) {
			return s.name, block
		}
	}
	return Unknown, block
}

// recogniseMySQL reads the first packet of a MySQL server: three bytes of length,
// a sequence number of 0, then either protocol version 10 with the server's
// version as text ending in NUL (HandshakeV10) or 0xff with an error
// (ERR_Packet), as to hosts that may not connect.
func recogniseMySQL(packet []byte, block *Block) bool {
	const head = 4
	if len(packet) < head+3 || packet[3] != 0 {
		return false
	}
	length := int(packet[0]) | int(packet[1])<<8 | int(packet[2])<<16
	body := packet[head:]
	if length != len(body) {
		return false
	}
	switch body[0] {
	case 10:
		version, _, ok := bytes.Cut(body[1:], []byte{0})
		if !ok || len(version) == 0 || version[0] < '0' || version[0] > '9' {
			return false
		}
		block.Version = probe.Text(version)
		return true
	case 0xff:
		code := int(binary.LittleEndian.Uint16(body[1:3]))
		if code < 1000 || code >= 5000 { // the server's own errors
			return false
		}
		block.ErrorCode, block.ErrorMessage = code, probe.Text(body[3:])
		return true
	}
	return false
}
