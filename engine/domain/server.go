package domain

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// maxServers is how many name servers of a zone are looked at; the root has 13.
	maxServers = 16
	// maxPlaces is how many addresses of one are asked.
	maxPlaces = 4
	// tries is how often a name server is asked over UDP.
	tries = 3
)

// nameServer is one of a zone, and where it may be asked.
type nameServer struct {
	name      string
	state     string // as [Server.State] if that is clear already
	addrs     []netip.Addr
	permitted []netip.Addr
}

// learnZone is about the zone whose top the name is: that of a name further down is
// not that name's matter.
func (x *examination) learnZone(ctx context.Context) {
	if !x.block.Apex {
		return
	}
	if soa, ok := first[*dns.SOA](x.ask(ctx, x.name, dns.TypeSOA)); ok {
		x.block.SOA = &SOA{Primary: dotless(soa.Ns), Contact: dotless(soa.Mbox), Serial: soa.Serial, Minimum: soa.Minttl}
	}
	servers := x.serversOf(ctx, x.name)
	examined := make([]Server, len(servers))
	var work []func()
	for i, s := range servers {
		work = append(work, func() { examined[i] = x.examineServer(ctx, s) })
		x.block.NS = append(x.block.NS, dotless(s.name))
	}
	inParallel(work...)
	x.block.NSCount, x.block.Networks, x.block.Servers = len(servers), networks(servers), doubtLame(examined)
}

// first gives the first record of an answer.
func first[T dns.RR](a answer) (record T, ok bool) {
	if len(a.records) == 0 {
		return record, false
	}
	record, ok = a.records[0].(T)
	return record, ok
}

// doubtLame takes lame servers for silent ones where none answers with authority: the
// resolver got its answers from somewhere, so it is rather the network here that
// answers in their place.
func doubtLame(servers []Server) []Server {
	if slices.ContainsFunc(servers, func(s Server) bool { return s.State == ServerAnswers }) {
		return servers
	}
	for i := range servers {
		if servers[i].State == ServerLame {
			servers[i].State, servers[i].Rcode = ServerSilent, ""
		}
	}
	return servers
}

// serversOf finds the name servers of a zone by what the zone says itself; what its
// parent says may differ and is not looked at.
func (x *examination) serversOf(ctx context.Context, zone string) []nameServer {
	var names []string
	for _, rr := range x.ask(ctx, zone, dns.TypeNS).records {
		if ns, ok := rr.(*dns.NS); ok && len(names) < maxServers {
			names = append(names, dns.CanonicalName(ns.Ns))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	servers := make([]nameServer, len(names))
	var work []func()
	for i, name := range names {
		work = append(work, func() { servers[i] = x.locate(ctx, name) })
	}
	inParallel(work...)
	return servers
}

// locate finds where a name server is.
func (x *examination) locate(ctx context.Context, name string) nameServer {
	s := nameServer{name: name}
	four, six := x.ask(ctx, name, dns.TypeA), x.ask(ctx, name, dns.TypeAAAA)
	s.addrs = append(four.addrs(), six.addrs()...)
	for _, addr := range s.addrs {
		if x.config.Permit(addr) == nil && len(s.permitted) < maxPlaces {
			s.permitted = append(s.permitted, addr)
		}
	}
	switch {
	case len(s.permitted) > 0:
	case four.state == absent && six.state == absent:
		s.state = ServerNowhere
	case four.state == missing && len(four.chain) == 0:
		if lost := x.lost(ctx, name); lost != nil {
			s.state = ServerMissing
			if lost.Free {
				s.state = ServerFree
			}
		}
	}
	if s.state == "" && len(s.permitted) == 0 {
		s.state = ServerNotAsked
	}
	return s
}

// examineServer asks a name server for the zone, and for all of it.
func (x *examination) examineServer(ctx context.Context, s nameServer) Server {
	examined := Server{Name: dotless(s.name), Addresses: texts(s.addrs), State: s.state}
	if s.state != "" {
		return examined
	}
	examined.State = ServerSilent
	for _, at := range s.permitted {
		state, rcode := x.authority(ctx, at)
		if state == ServerAnswers {
			examined.State, examined.Rcode = state, rcode
			examined.Records = x.transfer(ctx, at)
			examined.Transfer = examined.Records > 0
			break
		}
		if state == ServerLame {
			examined.State, examined.Rcode = state, rcode
		}
	}
	return examined
}

// authority asks a server for the zone's SOA. It is lame when it says twice that it
// does not know.
func (x *examination) authority(ctx context.Context, at netip.Addr) (state, rcode string) {
	for range 2 {
		a := x.askServer(ctx, at, x.name, dns.TypeSOA)
		switch {
		case a.isAuthoritative():
			return ServerAnswers, dns.RcodeToString[a.rcode]
		case a.message == nil && !a.isRefused:
			return ServerSilent, ""
		case a.message != nil:
			rcode = dns.RcodeToString[a.rcode]
		}
	}
	return ServerLame, rcode
}

// own is what a name server says when it is asked itself.
type own struct {
	answer

	isRefused bool // nothing listens there, neither on UDP nor on TCP
}

func (o own) isAuthoritative() bool {
	return o.message != nil && o.message.Authoritative && (o.state == present || o.state == absent)
}

// askServer asks a name server for what it knows itself (RD=0), over TCP if it does
// not answer or fit over UDP. It asks without EDNS, which old servers refuse.
func (x *examination) askServer(ctx context.Context, at netip.Addr, name string, kind uint16) own {
	message, errUDP := x.exchange(ctx, at, engine.UDP, name, kind)
	if errUDP == nil && !message.Truncated {
		return own{answer: read(message, name, kind)}
	}
	message, errTCP := x.exchange(ctx, at, engine.TCP, name, kind)
	if errTCP == nil {
		return own{answer: read(message, name, kind)}
	}
	return own{isRefused: errors.Is(errUDP, syscall.ECONNREFUSED) && errors.Is(errTCP, syscall.ECONNREFUSED)}
}

// exchange asks one server over one transport; a datagram that is lost is sent again.
func (x *examination) exchange(ctx context.Context, at netip.Addr, transport, name string, kind uint16) (message *dns.Msg, err error) {
	times := tries
	if transport == engine.TCP {
		times = 1
	}
	for range times {
		message, err = x.exchangeOnce(ctx, at, transport, name, kind)
		var late net.Error
		if err == nil || !errors.As(err, &late) || !late.Timeout() || ctx.Err() != nil {
			return message, err
		}
	}
	return nil, err
}

func (x *examination) exchangeOnce(ctx context.Context, at netip.Addr, transport, name string, kind uint16) (*dns.Msg, error) {
	conn, err := x.connect(ctx, at, transport)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	ask := new(dns.Msg).SetQuestion(name, kind)
	ask.RecursionDesired = false
	if err := conn.write(ask); err != nil {
		return nil, fmt.Errorf("ask %s: %w", at, err)
	}
	reply, err := conn.read()
	if err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", at, err)
	}
	if !answersTo(reply, ask) {
		return nil, errForeign
	}
	return reply, nil
}

// networks counts the /24 of IPv4 or the /48 of IPv6, whichever are more, in which
// the servers are; 0 unless all addresses are known.
func networks(servers []nameServer) int {
	four, six := map[netip.Prefix]bool{}, map[netip.Prefix]bool{}
	for _, s := range servers {
		if len(s.addrs) == 0 {
			return 0
		}
		for _, addr := range s.addrs {
			if prefix := netip.PrefixFrom(addr, 24).Masked(); addr.Is4() {
				four[prefix] = true
				continue
			}
			six[netip.PrefixFrom(addr, 48).Masked()] = true
		}
	}
	return max(len(four), len(six))
}
