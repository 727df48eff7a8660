package resolver

import (
	"context"
	"errors"
	"net/netip"
	"slices"

	"github.com/miekg/dns"
)

// errCut is about an answer that needs TCP where TCP does not come through: of what is
// missing in it nothing can be said.
var errCut = errors.New("the answer is cut short, and does not come over TCP")

// Question is what [Resolver.Ask] asks for.
type Question struct {
	Name   string         // taken as it is: the search list is not for it; the last dot may be missing
	Type   uint16         // as dns.TypeMX
	Except netip.AddrPort // a server not to ask if there is another, for a second opinion
}

// Reply is what a server says.
type Reply struct {
	Message *dns.Msg // its code is success or that there is no such name
	Server  netip.AddrPort
}

// Ask puts one question to the servers until one answers it and gives its whole reply,
// signatures included. It asks for what is there, not for what is valid (CD, RFC 4035
// section 3.2.2), so that wrong signatures can be seen. That no server answers, or that
// all say they cannot, is an error. The hosts file is not asked: see [Resolver.IsLocal].
func (r *Resolver) Ask(ctx context.Context, q Question) (Reply, error) {
	ask := new(dns.Msg).SetQuestion(dns.Fqdn(q.Name), q.Type).SetEdns0(udpSize, true)
	ask.CheckingDisabled = true
	servers := slices.DeleteFunc(slices.Clone(r.config.Servers), func(s netip.AddrPort) bool { return s == q.Except })
	if len(servers) == 0 {
		servers = r.config.Servers
	}
	reply, server, err := r.put(ctx, servers, ask)
	if err == nil && reply.Truncated {
		err = errCut
	}
	return Reply{reply, server}, err
}

// IsLocal reports whether the hosts file answers for a name, so that what the DNS says
// of it does not matter here.
func (r *Resolver) IsLocal(name string) bool { return len(r.system.fixed(name)) > 0 }
