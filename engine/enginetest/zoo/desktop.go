package zoo

import (
	"crypto/tls"
	"encoding/asn1"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"unicode/utf16"
)

// Answers to a negotiation ([MS-RDPBCGR] section 2.2.1.2).
const (
	rdpResponse       = 2
	rdpFailure        = 3
	rdpTLS            = 1
	rdpHybrid         = 2
	rdpHybridEx       = 8
	rdpTLSRequired    = 1
	rdpTLSNotAllowed  = 2
	rdpHybridRequired = 5
)

// rdpSpecies are remote desktops of four generations.
func rdpSpecies() []Species {
	desktop := func(name string, port uint16, confirm func(protocols uint32) []byte) Species {
		return Species{Name: name, Base: "rdp", Protocol: "rdp", Port: port, Serve: serveRDP(confirm)}
	}
	nla := desktop("rdp-nla", 3389, func(p uint32) []byte {
		switch {
		case p&rdpHybridEx != 0:
			return rdpConfirm(rdpResponse, 0x1f, rdpHybridEx)
		case p&rdpHybrid != 0:
			return rdpConfirm(rdpResponse, 0x1f, rdpHybrid)
		}
		return rdpConfirm(rdpFailure, 0, rdpHybridRequired)
	})
	nla.Product, nla.Version = "windows", "10.0.20348"
	return []Species{
		nla,
		desktop("rdp-tls", 3390, func(p uint32) []byte {
			if p&rdpTLS != 0 {
				return rdpConfirm(rdpResponse, 1, rdpTLS)
			}
			return rdpConfirm(rdpFailure, 0, rdpTLSRequired)
		}),
		desktop("rdp-standard", 3391, func(p uint32) []byte {
			if p != 0 {
				return rdpConfirm(rdpFailure, 0, rdpTLSNotAllowed)
			}
			return rdpConfirm(rdpResponse, 0, 0)
		}),
		desktop("rdp-2003", 3392, func(uint32) []byte { return []byte{3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0} }),
	}
}

func rdpConfirm(kind, flags byte, value uint32) []byte {
	return append([]byte{3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, kind, flags, 8, 0}, le32(value)...)
}

// serveRDP reads one connection request, answers it and goes on in TLS where it said so.
func serveRDP(confirm func(protocols uint32) []byte) func(net.Conn) {
	return func(conn net.Conn) {
		head := make([]byte, 4)
		if _, err := io.ReadFull(conn, head); err != nil || tpkt(head) < 11 || tpkt(head) > mostMessage {
			return
		}
		request := make([]byte, tpkt(head)-4)
		if _, err := io.ReadFull(conn, request); err != nil || request[1] != 0xe0 {
			return
		}
		protocols := uint32(0)
		if n := len(request); n >= 8 && request[n-8] == 1 && request[n-6] == 8 {
			protocols = binary.LittleEndian.Uint32(request[n-4:])
		}
		answer := confirm(protocols)
		if _, err := conn.Write(answer); err != nil {
			return
		}
		if len(answer) == 19 && answer[11] == rdpResponse && answer[15] != 0 {
			serveCredSSP(conn)
			return
		}
		listenOnly(conn)
	}
}

// serveCredSSP shakes hands and answers the first TSRequest ([MS-CSSP] section 2.2.1) with a
// challenge.
func serveCredSSP(conn net.Conn) {
	certificate, err := selfSigned("SRV01", nil)
	if err != nil {
		return // the species is missed, which a test of the zoo will tell
	}
	session := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{certificate}})
	messages(2, func(head []byte) int {
		if head[0] != 0x30 || head[1] >= 0x80 {
			return -1
		}
		return 2 + int(head[1])
	}, func([]byte) []byte {
		type token struct {
			Token []byte `asn1:"explicit,tag:0"`
		}
		answer, err := asn1.Marshal(struct {
			Version int     `asn1:"explicit,tag:0"`
			Tokens  []token `asn1:"explicit,tag:1"`
		}{6, []token{{ntlmChallenge("SRV01", "EXAMPLE", 10, 0, 20348)}}})
		if err != nil {
			return nil
		}
		return answer
	})(session)
}

// ntlmChallenge is a CHALLENGE_MESSAGE ([MS-NLMP] section 2.2.1.2).
func ntlmChallenge(computer, domain string, major, minor byte, build int) []byte {
	pair := func(id int, value []byte) []byte { return slices.Concat(le16(id), le16(len(value)), value) }
	info := slices.Concat(pair(2, wide(domain)), pair(1, wide(computer)), pair(3, wide(computer+".example.org")), pair(0, nil))
	target := wide(domain)
	const head = 56
	return slices.Concat([]byte("NTLMSSP\x00"), le32(2), le16(len(target)), le16(len(target)), le32(head), le32(0xe2898215), []byte("chalenge"), make([]byte, 8),
		le16(len(info)), le16(len(info)), le32(uint32(head+len(target))), []byte{major, minor}, le16(build), []byte{0, 0, 0, 15}, target, info)
}

// wide is UTF-16LE.
func wide(text string) (data []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		data = append(data, le16(int(unit))...)
	}
	return data
}
