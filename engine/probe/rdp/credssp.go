package rdp

import (
	"encoding/asn1"
	"io"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine/ntlm"
)

// maxToken is how much of an answer is read: a challenge is some hundred bytes.
const maxToken = 4096

// tsRequest and negoData are TSRequest and NegoData of [MS-CSSP] section 2.2.1.
type tsRequest struct {
	Version    int        `asn1:"explicit,tag:0"`
	NegoTokens []negoData `asn1:"explicit,tag:1"`
}

type negoData struct {
	Token []byte `asn1:"explicit,tag:0"`
}

// challengeOf asks for the challenge that a login would begin with; nil without one.
func challengeOf(conn net.Conn, selected uint32) *ntlm.Challenge {
	if selected != protocolHybrid && selected != protocolHybridEx {
		return nil
	}
	question, err := asn1.Marshal(tsRequest{Version: 6, NegoTokens: []negoData{{Token: ntlm.Negotiate()}}})
	if err != nil {
		return nil
	}
	if _, err := conn.Write(question); err != nil {
		return nil
	}
	challenge, err := ntlm.ParseChallenge(readElement(conn))
	if err != nil {
		return nil
	}
	return challenge
}

// readElement reads one element of DER, as far as it comes.
func readElement(r io.Reader) []byte {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil || head[0] != 0x30 {
		return nil
	}
	size := 0
	switch {
	case head[1] < 0x80:
		size = int(head[1]) - 2
	case head[1] == 0x81:
		size = int(head[2]) - 1
	case head[1] == 0x82:
		size = int(head[2])<<8 | int(head[3])
	}
	rest := make([]byte, min(max(size, 0), maxToken))
	n, _ := io.ReadFull(r, rest) // what is there may be enough
	return append(head, rest[:n]...)
}
