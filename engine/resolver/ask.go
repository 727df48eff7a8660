package resolver

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/miekg/dns"
)

// udpSize is the answer we ask for at most: what passes every path unfragmented
// (DNS Flag Day 2020).
const udpSize = 1232

// mostFaults is how often the way to a server may be lost while one question is asked.
const mostFaults = 2

var errSilent = errors.New("no server answers in time")

// ask asks for records of a name, and gives the reply and who gave it.
func (r *Resolver) ask(ctx context.Context, name string, question uint16) (*dns.Msg, netip.AddrPort, error) {
	return r.put(ctx, r.config.Servers, new(dns.Msg).SetQuestion(name, question).SetEdns0(udpSize, false))
}

// put puts one question to servers in turn until one answers it. A server that says it
// cannot answer is not asked again; one to which the way is lost is, once: an ICMP error
// ends all questions on a socket, whatever it was about.
func (r *Resolver) put(ctx context.Context, servers []netip.AddrPort, ask *dns.Msg) (*dns.Msg, netip.AddrPort, error) {
	timeout := r.config.Timeout
	faults := make([]int, len(servers))
	cause := errSilent
	for try := range max(leastTries, triesPerServer*len(servers)) {
		turn := try % len(servers)
		if turn == 0 && try > 0 { // whether or not the last one was asked
			timeout = min(maxTimeout, 2*timeout)
		}
		if faults[turn] >= mostFaults {
			continue
		}
		server := servers[turn]
		reply, err := r.exchange(ctx, server, ask.Copy(), timeout)
		switch {
		case ctx.Err() != nil:
			return nil, server, ctx.Err()
		case err == nil && isFinal(reply.Rcode):
			return reply, server, nil
		case err == nil:
			faults[turn], cause = mostFaults, fmt.Errorf("%s answers %s", server, dns.RcodeToString[reply.Rcode])
		case !errors.Is(err, errSilent):
			faults[turn]++
			cause = err
		}
	}
	return nil, netip.AddrPort{}, cause
}

// isFinal reports whether another server would say the same.
func isFinal(rcode int) bool { return rcode == dns.RcodeSuccess || rcode == dns.RcodeNameError }

// exchange asks one server once over UDP, and over TCP when the answer does not fit.
func (r *Resolver) exchange(ctx context.Context, server netip.AddrPort, ask *dns.Msg, timeout time.Duration) (reply *dns.Msg, err error) {
	if err := r.window.enter(ctx); err != nil {
		return nil, err
	}
	defer func() { r.window.leave(errors.Is(err, errSilent)) }()
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errSilent)
	defer cancel()
	reply, err = r.sockets.exchange(ctx, server, ask)
	if err != nil || !reply.Truncated {
		return reply, err
	}
	long, err := exchangeTCP(ctx, server, ask)
	if err != nil {
		return reply, nil // the part that came is better than nothing
	}
	return long, nil
}

// exchangeTCP asks over a connection of its own (RFC 7766).
func exchangeTCP(ctx context.Context, server netip.AddrPort, ask *dns.Msg) (*dns.Msg, error) {
	ask.Id = randomID()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", server.String())
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", server, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	over := &dns.Conn{Conn: conn}
	defer func() { _ = over.Close() }()
	if err := over.WriteMsg(ask); err != nil {
		return nil, fmt.Errorf("ask %s: %w", server, err)
	}
	reply, err := over.ReadMsg()
	if err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", server, err)
	}
	if !answers(reply, ask) {
		return nil, fmt.Errorf("%s answers another question", server)
	}
	return reply, nil
}

// answers reports whether reply is to ask: the same id and question (RFC 5452
// section 9.1).
func answers(reply, ask *dns.Msg) bool {
	return reply.Response && reply.Id == ask.Id && len(reply.Question) == 1 &&
		reply.Question[0].Qtype == ask.Question[0].Qtype && reply.Question[0].Qclass == ask.Question[0].Qclass &&
		dns.CanonicalName(reply.Question[0].Name) == dns.CanonicalName(ask.Question[0].Name)
}

// randomID is hard to guess for those who cannot see the question (RFC 5452 section 4.3).
func randomID() uint16 {
	var id [2]byte
	_, _ = rand.Read(id[:]) // never fails
	return binary.BigEndian.Uint16(id[:])
}
