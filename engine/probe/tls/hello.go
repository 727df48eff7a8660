package tls

import (
	"crypto/rand"
	"encoding/binary"
	"slices"
)

// The extensions we send or look for (IANA, TLS ExtensionType Values).
const (
	extServerName   = 0
	extMaxFragment  = 1
	extStatus       = 5
	extGroups       = 10
	extPointFormats = 11
	extSignatures   = 13
	extHeartbeat    = 15
	extALPN         = 16
	extSCT          = 18
	extMasterSecret = 23
	extTicket       = 35
	extVersions     = 43
	extKeyModes     = 45
	extKeyShare     = 51
	extRenegotiate  = 0xff01
)

// hello is a ClientHello of our own making (RFC 5246 section 7.4.1.2): to offer what no
// library offers any more.
type hello struct {
	record       uint16 // version of the record
	version      uint16 // of the message; the newest offered below TLS 1.3
	suites       []uint16
	compressions []byte
	extensions   []byte
	session      []byte // id of a session to resume; a random one, as all clients have, if it is empty
}

// bytes is the record.
func (h hello) bytes() []byte {
	random := make([]byte, 64)
	_, _ = rand.Read(random) // never fails
	body := binary.BigEndian.AppendUint16(nil, h.version)
	body = append(body, random[:32]...)
	session := random[32:]
	if len(h.session) > 0 {
		session = h.session
	}
	body = append(body, vector8(session)...)
	body = append(body, vector16(numbers(h.suites))...)
	body = append(body, vector8(h.compressions)...)
	if len(h.extensions) > 0 {
		body = append(body, vector16(h.extensions)...)
	}
	const clientHello, handshake = 1, 22
	message := append([]byte{clientHello, 0}, vector16(body)...)
	record := binary.BigEndian.AppendUint16([]byte{handshake}, h.record)
	return append(record, vector16(message)...)
}

// offer is a hello with what servers of all ages want to see.
func offer(name string, version uint16, suites []uint16, withALPN bool) hello {
	h := hello{record: min(version, 0x0301), version: version, suites: suites, compressions: []byte{1, 0}} // DEFLATE, none
	if version <= ssl3 {
		return h // SSL 3 has no extensions
	}
	if name != "" {
		h.extensions = append(h.extensions, serverName(name)...)
	}
	h.extensions = slices.Concat(h.extensions,
		extension(extStatus, []byte{1, 0, 0, 0, 0}), // OCSP, of anybody
		extension(extGroups, vector16(numbers([]uint16{29, 23, 24, 25, 22, 21, 19}))),
		extension(extPointFormats, vector8([]byte{0})),
		extension(extSignatures, vector16(numbers([]uint16{
			0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0807, 0x0808, 0x0301, 0x0303, 0x0201, 0x0203, 0x0202, 0x0402, 0x0101,
		}))),
		extension(extHeartbeat, []byte{1}),
		extension(extSCT, nil), extension(extMasterSecret, nil), extension(extTicket, nil), extension(extRenegotiate, []byte{0}),
	)
	if withALPN {
		h.extensions = append(h.extensions, alpn("h2", "http/1.1")...)
	}
	return h
}

func serverName(name string) []byte {
	return extension(extServerName, vector16(append([]byte{0}, vector16([]byte(name))...)))
}

func alpn(protocols ...string) []byte {
	var list []byte
	for _, p := range protocols {
		list = append(list, vector8([]byte(p))...)
	}
	return extension(extALPN, vector16(list))
}

func extension(id uint16, body []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, id), vector16(body)...)
}

// vector8 and vector16 are variable-length vectors (RFC 8446 section 3.4).
func vector8(body []byte) []byte { return append([]byte{byte(len(body))}, body...) }

func vector16(body []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(body))), body...)
}

func numbers(list []uint16) []byte {
	out := make([]byte, 0, 2*len(list))
	for _, n := range list {
		out = binary.BigEndian.AppendUint16(out, n)
	}
	return out
}
