package domain

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

var errForeign = errors.New("the answer is to another question")

// line is a connection to a name server.
type line struct {
	net.Conn

	isStream bool // messages have their length before them (RFC 1035 section 4.2.2)
}

// connect opens a line that ends with ctx, and after [Config.Wait].
func (x *examination) connect(ctx context.Context, at netip.Addr, transport string) (*line, error) {
	conn, err := x.config.Dialer.Dial(ctx, engine.Endpoint{Addr: at, Port: x.config.Port, Transport: transport, Target: engine.Target(dotless(x.name))})
	if err != nil {
		return nil, err
	}
	until := time.Now().Add(x.config.Wait)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(until) {
		until = deadline
	}
	if err := conn.SetDeadline(until); err != nil {
		_ = conn.Close() // of no use
		return nil, err
	}
	return &line{conn, transport == engine.TCP}, nil
}

func (l *line) write(message *dns.Msg) error {
	packed, err := message.Pack()
	if err != nil {
		return err
	}
	if l.isStream {
		packed = append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...)
	}
	_, err = l.Write(packed)
	return err
}

func (l *line) read() (*dns.Msg, error) {
	packed, err := l.receive()
	if err != nil {
		return nil, err
	}
	message := new(dns.Msg)
	if err := message.Unpack(packed); err != nil {
		return nil, fmt.Errorf("not a message of the DNS: %w", err)
	}
	return message, nil
}

func (l *line) receive() ([]byte, error) {
	if !l.isStream {
		datagram := make([]byte, dns.DefaultMsgSize)
		n, err := l.Read(datagram)
		return datagram[:n], err
	}
	var size [2]byte
	if _, err := io.ReadFull(l, size[:]); err != nil {
		return nil, err
	}
	packed := make([]byte, binary.BigEndian.Uint16(size[:]))
	_, err := io.ReadFull(l, packed)
	return packed, err
}

func answersTo(reply, ask *dns.Msg) bool {
	return reply.Response && reply.Id == ask.Id && len(reply.Question) == 1 &&
		reply.Question[0].Qtype == ask.Question[0].Qtype && dns.CanonicalName(reply.Question[0].Name) == dns.CanonicalName(ask.Question[0].Name)
}
