package socks

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// fiveReplies are the codes of RFC 1928 section 6.
func fiveReplies() []string {
	return []string{
		"succeeded", "general failure", "not allowed by ruleset", "network unreachable", "host unreachable",
		"connection refused", "TTL expired", "command not supported", "address type not supported",
	}
}

// connectFive asks for a connection to the proxy itself.
func connectFive(conn net.Conn, to engine.Endpoint) (reply string, isOpen bool, err error) {
	address := to.Addr.Unmap()
	kind := byte(1)
	if address.Is6() {
		kind = 4
	}
	request := append([]byte{5, 1, 0, kind}, address.AsSlice()...)
	answer, err := probe.Tell(conn, binary.BigEndian.AppendUint16(request, to.Port), 4)
	if err != nil {
		return "", false, err
	}
	rest, known := map[byte]int{1: 4 + 2, 4: 16 + 2, 3: 1}[answer[3]]
	if answer[0] != 5 || int(answer[1]) >= len(fiveReplies()) || answer[2] != 0 || !known {
		return "", false, errNotSOCKS
	}
	// The address the proxy used, of no interest, but it has to be there.
	if _, err := io.CopyN(io.Discard, conn, int64(rest)); err != nil {
		return "", false, fmt.Errorf("read the address: %w", err)
	}
	return fiveReplies()[answer[1]], answer[1] == 0 && isFive(conn), nil
}

// isFive tells whether SOCKS 5 is at the other end of a tunnel.
func isFive(tunnel net.Conn) bool {
	_, err := negotiate(tunnel, none)
	return err == nil
}

// Codes of the SOCKS 4 protocol (Ying-Da Lee, 1992).
const (
	granted       = 90
	rejected      = 91
	identFailed   = 92
	identMismatch = 93
)

func fourReplies() map[byte]string {
	return map[byte]string{granted: "granted", rejected: "rejected", identFailed: "ident unreachable", identMismatch: "ident differs"}
}

// connectCommand asks for a connection.
const connectCommand = 1

// fourAnswer is what came of a request.
type fourAnswer struct {
	code   byte
	isOurs bool // it carries the address that was asked for
	isOpen bool // the proxy was heard through itself
}

// requestFour sends a request about the proxy itself, of a user without a name. A
// proxy that refuses hangs up.
func requestFour(ctx context.Context, d probe.Dialer, to engine.Endpoint, command byte) (answer fourAnswer, err error) {
	err = probe.ConverseTCP(ctx, d, to, func(conn net.Conn) (err error) {
		if answer, err = tellFour(conn, to, command); err != nil {
			return err
		}
		if answer.code == granted {
			_, err := tellFour(conn, to, 0x7f)
			answer.isOpen = err == nil
			return nil
		}
		if _, err := io.ReadFull(conn, make([]byte, 1)); probe.OutcomeOf(err) != engine.Closed {
			return errNotSOCKS
		}
		return nil
	})
	return answer, err
}

func tellFour(conn net.Conn, to engine.Endpoint, command byte) (fourAnswer, error) {
	request := binary.BigEndian.AppendUint16([]byte{4, command}, to.Port)
	request = append(request, to.Addr.Unmap().AsSlice()...)
	answer, err := probe.Tell(conn, append(bytes.Clone(request), 0), len(request))
	if err != nil {
		return fourAnswer{}, err
	}
	if _, known := fourReplies()[answer[1]]; answer[0] != 0 || !known {
		return fourAnswer{}, errNotSOCKS
	}
	return fourAnswer{code: answer[1], isOurs: bytes.Equal(answer[2:], request[2:])}, nil
}
