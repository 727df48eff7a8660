package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// datagramTries: a datagram gets lost. At 3 % loss each way three tries miss one
	// answer in 5,000.
	datagramTries = 3
	// datagramWait is the wait after the first try, twice a round trip round the world
	// (300 ms); each later one is longer by it.
	datagramWait = 600 * time.Millisecond
	// maxDatagram is the most that is read of a datagram. The longest answers that are
	// usual are 9,000 bytes (RFC 6762 section 17), 8,800 of remote procedure calls and 4,096
	// of DNS; hundreds of questions are out at a time, so it is not the 64 kB there may be.
	maxDatagram = 9000
	// maxStrays is how many datagrams that do not fit are passed over.
	maxStrays = 64
)

// ErrTransport is the answer of a probe to an endpoint of a transport its
// protocol does not use.
var ErrTransport = errors.New("the protocol does not use this transport")

// Converse hands talk a connection of its own to the endpoint, and closes it. An
// error is the dialer's or talk's.
func Converse(ctx context.Context, d Dialer, to engine.Endpoint, talk func(conn net.Conn) error) error {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close() }()
	return talk(conn)
}

// ConverseTCP is [Converse] for protocols that live on TCP alone.
func ConverseTCP(ctx context.Context, d Dialer, to engine.Endpoint, talk func(conn net.Conn) error) error {
	if to.Transport != engine.TCP {
		return ErrTransport
	}
	return Converse(ctx, d, to, talk)
}

// ConverseUDP is [Converse] for protocols that live on UDP alone.
func ConverseUDP(ctx context.Context, d Dialer, to engine.Endpoint, talk func(conn net.Conn) error) error {
	if to.Transport != engine.UDP {
		return ErrTransport
	}
	return Converse(ctx, d, to, talk)
}

// Ask sends a datagram, again when nothing fits in time, and gives the first that
// fits. Others are passed over: they are late answers to another question, or
// somebody else's. The socket is connected, so what comes is from the peer.
func Ask(conn net.Conn, question []byte, fits func(answer []byte) bool) (answer []byte, err error) {
	for try := range datagramTries {
		answer, err = AskOnce(conn, question, time.Duration(try+1)*datagramWait, fits)
		if err == nil || !errors.Is(err, os.ErrDeadlineExceeded) {
			return answer, err
		}
	}
	return nil, err
}

// AskOnce is [Ask] with a single try and a wait of the caller's.
func AskOnce(conn net.Conn, question []byte, wait time.Duration, fits func(answer []byte) bool) ([]byte, error) {
	if err := conn.SetDeadline(time.Now().Add(wait)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(question); err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	return listen(conn, fits)
}

func listen(conn net.Conn, fits func(answer []byte) bool) ([]byte, error) {
	answer := make([]byte, maxDatagram)
	for range maxStrays {
		n, err := conn.Read(answer)
		if err != nil {
			return nil, fmt.Errorf("read the answer: %w", err)
		}
		if fits(answer[:n]) {
			return answer[:n], nil
		}
	}
	return nil, errors.New("many datagrams, and none answers the question")
}

// Tell sends a request and reads an answer of exactly size bytes.
func Tell(conn net.Conn, request []byte, size int) ([]byte, error) {
	if _, err := conn.Write(request); err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	answer := make([]byte, size)
	if _, err := io.ReadFull(conn, answer); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	return answer, nil
}
