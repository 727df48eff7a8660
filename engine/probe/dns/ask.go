package dns

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// udpTries and udpWait: a datagram gets lost, so it is sent twice; the wait is a
	// round trip round the world (300 ms) and time to answer.
	udpTries = 2
	udpWait  = 500 * time.Millisecond
	// recursionWait is how long a server may take to find a name it has not cached.
	recursionWait = 2 * time.Second
)

// asker sends one query and reads its answer.
type asker func(query *dns.Msg, wait time.Duration) (*dns.Msg, error)

func interview(ask asker) (*Block, error) {
	version, err := ask(versionQuery(), probe.ConnectionTime)
	if err != nil {
		return nil, fmt.Errorf("ask version.bind: %w", err)
	}
	block := newBlock(version)
	if answer, err := ask(foreignQuery(), recursionWait); err == nil {
		block.learn(answer)
	}
	return block, nil
}

func askTCP(ctx context.Context, d probe.Dialer, to engine.Endpoint) (*Block, error) {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close() }()
	return interview(func(query *dns.Msg, wait time.Duration) (*dns.Msg, error) { return overTCP(conn, query, wait) })
}

// overTCP puts two bytes of length before each message (RFC 1035 section 4.2.2).
func overTCP(conn net.Conn, query *dns.Msg, wait time.Duration) (*dns.Msg, error) {
	packed, err := query.Pack()
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(wait)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...)); err != nil {
		return nil, err
	}
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, err
	}
	answer := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(conn, answer); err != nil {
		return nil, err
	}
	return ParseAnswer(query, answer)
}

func askUDP(ctx context.Context, d probe.Dialer, to engine.Endpoint) (*Block, error) {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close() }()
	return interview(func(query *dns.Msg, _ time.Duration) (*dns.Msg, error) {
		var answer *dns.Msg
		var err error
		for range udpTries {
			answer, err = overUDP(conn, query)
			if err == nil || probe.OutcomeOf(err) != engine.Timeout {
				break
			}
		}
		return answer, err
	})
}

// overUDP takes the first datagram as the answer: the socket is connected, so
// it comes from whom we asked.
func overUDP(conn net.Conn, query *dns.Msg) (*dns.Msg, error) {
	packed, err := query.Pack()
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(udpWait)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(packed); err != nil {
		return nil, err
	}
	answer := make([]byte, dns.DefaultMsgSize)
	n, err := conn.Read(answer)
	if err != nil {
		return nil, err
	}
	return ParseAnswer(query, answer[:n])
}
