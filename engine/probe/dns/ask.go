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
	// versionWait is how long a server may take to tell its version; some never do.
	versionWait = 2 * time.Second
	// recursionWait is how long a server may take to find a name it has not cached.
	recursionWait = 2 * time.Second
)

// asker sends one query and reads its answer.
type asker func(query *dns.Msg, wait time.Duration) (*dns.Msg, error)

// interview asks for the version and a foreign name. A server need not answer the first.
func interview(ask asker) (*Block, error) {
	block := &Block{}
	version, errVersion := ask(versionQuery(), versionWait)
	if errVersion == nil {
		block = newBlock(version)
	} else if probe.OutcomeOf(errVersion) != engine.Timeout {
		return nil, fmt.Errorf("ask version.bind: %w", errVersion)
	}
	foreign, err := ask(foreignQuery(), recursionWait)
	switch {
	case err == nil:
		block.learn(foreign)
	case errVersion != nil:
		return nil, fmt.Errorf("ask a name: %w", err)
	}
	return block, nil
}

func askTCP(ctx context.Context, d probe.Dialer, to engine.Endpoint) (block *Block, err error) {
	err = probe.Converse(ctx, d, to, func(conn net.Conn) error {
		block, err = interview(func(query *dns.Msg, wait time.Duration) (*dns.Msg, error) { return overTCP(conn, query, wait) })
		return err
	})
	return block, err
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
	return readTCP(conn, query)
}

func readTCP(conn net.Conn, query *dns.Msg) (*dns.Msg, error) {
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

func askUDP(ctx context.Context, d probe.Dialer, to engine.Endpoint) (block *Block, err error) {
	err = probe.ConverseUDP(ctx, d, to, func(conn net.Conn) error {
		block, err = interview(func(query *dns.Msg, _ time.Duration) (*dns.Msg, error) { return overUDP(conn, query) })
		return err
	})
	return block, err
}

// overUDP takes the first datagram that answers the query.
func overUDP(conn net.Conn, query *dns.Msg) (answer *dns.Msg, err error) {
	packed, err := query.Pack()
	if err != nil {
		return nil, err
	}
	_, err = probe.Ask(conn, packed, func(data []byte) bool {
		m, err := ParseAnswer(query, data)
		answer = m
		return err == nil
	})
	return answer, err
}
