// Package resolver finds the addresses of names. Begin with [New] and
// [Resolver.Lookup].
//
// It asks recursive servers over a few shared UDP sockets, each of several servers
// in turn, and follows chains of CNAMEs itself where a server does not. It caches
// nothing: a scan asks for a name once. It is no recursive resolver and validates
// no signatures; whether an address may be scanned is the scope's to say.
package resolver

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// maxHops is how many CNAMEs a chain may have; unbound follows 12, BIND 16.
	maxHops = 12
	// firstTimeout is how long the first try waits: most names are in a recursive
	// server's cache or two round trips away from it. Later tries wait twice as long
	// each, up to maxTimeout; what a slow server has found out meanwhile comes at once.
	firstTimeout = 400 * time.Millisecond
	maxTimeout   = 4 * time.Second
	// leastTries is how often a name is asked for at least, triesPerServer how often
	// each server is: 6 s for one server, some 8 s for three.
	leastTries     = 4
	triesPerServer = 3
	// DefaultInFlight is how many questions are out at the same time at most.
	DefaultInFlight = 1000
)

// Families says which addresses are looked up.
type Families uint8

// The families.
const (
	Both Families = iota
	IPv4
	IPv6
)

// Config says whom to ask. The zero Config asks the system's servers.
type Config struct {
	Servers  []netip.AddrPort // asked in turn; empty are those of the system's configuration
	Families Families
	Timeout  time.Duration // of the first try; 0 is 400 ms
	InFlight int           // questions out at the same time, at most; 0 is [DefaultInFlight]
}

// Answer is what is known of a name.
type Answer struct {
	Name   string         // as it was asked for
	Chain  []string       // the names its CNAMEs lead to, without the last dot
	Addrs  []netip.Addr   // sorted, IPv4 first; each once
	Server netip.AddrPort // that answered last; not valid for what the hosts file says
}

// Resolver asks for names. It is safe for concurrent use.
type Resolver struct {
	config  Config
	system  *system // search list and hosts file; nil when servers were given
	sockets *sockets
	window  *window
}

// New makes a resolver. It reads the system's configuration unless servers are
// given, and opens no socket before the first question.
func New(config Config) (*Resolver, error) {
	r := &Resolver{config: config}
	if len(config.Servers) == 0 {
		known, err := readSystem()
		if err != nil {
			return nil, err
		}
		r.system, r.config.Servers = known, known.servers
	}
	if r.config.Timeout <= 0 {
		r.config.Timeout = firstTimeout
	}
	if r.config.InFlight <= 0 {
		r.config.InFlight = DefaultInFlight
	}
	r.window = newWindow(r.config.InFlight)
	r.sockets = newSockets()
	return r, nil
}

// Close ends every question that is out and gives the sockets back.
func (r *Resolver) Close() error { return r.sockets.close() }

// Lookup finds the addresses of a name. A name that does not exist or has no
// address is an [engine.NotFound] error, one that no server answers for an
// [engine.Internal] one; ctx's error is returned as it is. The answer holds the chain
// also then.
func (r *Resolver) Lookup(ctx context.Context, name string) (Answer, error) {
	answer := Answer{Name: name}
	if addrs := r.system.fixed(name); len(addrs) > 0 {
		answer.Addrs = r.wanted(addrs)
		return answer, nil
	}
	var err error
	for _, candidate := range r.system.candidates(name) {
		err = r.lookup(ctx, candidate, &answer)
		if engine.KindOf(err) != engine.NotFound {
			return answer, err
		}
	}
	return answer, err
}

// lookup asks for one full name.
func (r *Resolver) lookup(ctx context.Context, name string, answer *Answer) error {
	if r.config.Families != Both {
		return answer.take(ctx, r.follow(ctx, name, r.config.Families.question()))
	}
	second := make(chan found, 1)
	go func() { second <- r.follow(ctx, name, dns.TypeAAAA) }()
	first := r.follow(ctx, name, dns.TypeA)
	return answer.take(ctx, first, <-second)
}

func (f Families) question() uint16 {
	if f == IPv6 {
		return dns.TypeAAAA
	}
	return dns.TypeA
}

// wanted keeps the addresses of the families that are looked up.
func (r *Resolver) wanted(addrs []netip.Addr) []netip.Addr {
	return slices.DeleteFunc(slices.Clone(addrs), func(a netip.Addr) bool {
		return r.config.Families == IPv4 && !a.Is4() || r.config.Families == IPv6 && a.Is4()
	})
}

// found is what the questions for one family have brought.
type found struct {
	chain  []string
	addrs  []netip.Addr
	server netip.AddrPort
	err    error
}

// follow asks for a name, and for those its CNAMEs lead to, until addresses come.
func (r *Resolver) follow(ctx context.Context, name string, question uint16) found {
	f := found{}
	for range maxHops {
		reply, server, err := r.ask(ctx, name, question)
		f.server = server
		if err != nil {
			f.err = err
			return f
		}
		chain, addrs := readReply(reply, name)
		f.chain = append(f.chain, chain...)
		if len(addrs) > 0 || len(chain) == 0 || reply.Rcode != dns.RcodeSuccess {
			f.addrs, f.err = addrs, verdictOf(reply)
			return f
		}
		name = dns.Fqdn(chain[len(chain)-1])
	}
	f.err = fmt.Errorf("a chain of more than %d CNAMEs", maxHops)
	return f
}

var errNoName = errors.New("there is no such name")

// verdictOf says whether a reply without addresses is the end of it.
func verdictOf(reply *dns.Msg) error {
	if reply.Rcode == dns.RcodeNameError {
		return errNoName
	}
	return nil
}

// readReply gives the chain that leaves name and the addresses at its end. A reply
// may hold anything in any order (RFC 1034 section 4.3.2); only what is linked to
// name counts.
func readReply(reply *dns.Msg, name string) (chain []string, addrs []netip.Addr) {
	for range maxHops {
		next := ""
		for _, rr := range reply.Answer {
			if cname, ok := rr.(*dns.CNAME); ok && strings.EqualFold(cname.Hdr.Name, name) {
				next = cname.Target
			}
		}
		if next == "" {
			break
		}
		chain, name = append(chain, strings.TrimSuffix(strings.ToLower(next), ".")), next
	}
	for _, rr := range reply.Answer {
		if strings.EqualFold(rr.Header().Name, name) {
			addrs = appendAddr(addrs, rr)
		}
	}
	return chain, addrs
}

func appendAddr(addrs []netip.Addr, rr dns.RR) []netip.Addr {
	var addr netip.Addr
	switch rr := rr.(type) {
	case *dns.A:
		addr, _ = netip.AddrFromSlice(rr.A)
	case *dns.AAAA:
		addr, _ = netip.AddrFromSlice(rr.AAAA)
	}
	if !addr.IsValid() {
		return addrs
	}
	return append(addrs, addr.Unmap())
}

// take puts together what was found for each family. One with addresses is enough.
func (a *Answer) take(ctx context.Context, families ...found) error {
	var failures []error
	for _, f := range families {
		a.Addrs = append(a.Addrs, f.addrs...)
		if len(f.chain) > len(a.Chain) {
			a.Chain = f.chain
		}
		if f.server.IsValid() {
			a.Server = f.server
		}
		if f.err != nil {
			failures = append(failures, f.err)
		}
	}
	slices.SortFunc(a.Addrs, netip.Addr.Compare) // IPv4 sorts first
	a.Addrs = slices.Compact(a.Addrs)
	if len(a.Addrs) > 0 {
		return nil
	}
	return a.failure(ctx, failures)
}

// failure is the error of a name without addresses.
func (a *Answer) failure(ctx context.Context, failures []error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, err := range failures {
		if !errors.Is(err, errNoName) {
			return &engine.Error{
				Kind: engine.Internal, Title: "Name cannot be resolved", Err: err,
				Detail: fmt.Sprintf("resolve %s: %v", a.Name, err), Hint: "check that the resolvers answer from here",
			}
		}
	}
	why := "there is no such name"
	if len(failures) == 0 {
		why = "it has no address"
	}
	return &engine.Error{Kind: engine.NotFound, Title: "Target does not resolve", Detail: fmt.Sprintf("resolve %s: %s", a.Name, why), Hint: "check the spelling"}
}
