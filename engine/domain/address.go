package domain

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"
	"golang.org/x/net/publicsuffix"
)

func (x *examination) learnAddresses(ctx context.Context) {
	var four, six answer
	inParallel(
		func() { four = x.ask(ctx, x.name, dns.TypeA) },
		func() { six = x.ask(ctx, x.name, dns.TypeAAAA) },
	)
	x.block.A, x.block.AAAA = texts(four.addrs()), texts(six.addrs())
	for _, name := range four.chain {
		x.block.CNAME = append(x.block.CNAME, dotless(name))
	}
	if len(four.chain) > 0 && four.state == missing {
		x.block.Dangling = x.lost(ctx, four.chain[len(four.chain)-1])
	}
	if len(four.chain) == 0 {
		x.block.Private = texts(x.privateAddresses(ctx, append(four.addrs(), six.addrs()...)))
	}
}

// lost tells about a name that does not exist; nil if there is any doubt. Two servers
// must say so where there are two, and one twice where there is one: a server that
// blocks names, or is cut off for a moment, is no proof.
func (x *examination) lost(ctx context.Context, name string) *Lost {
	if !x.isMissing(ctx, name, dns.TypeA) {
		return nil
	}
	owner := registrable(name)
	return &Lost{Target: dotless(name), Free: owner != "" && x.isMissing(ctx, owner, dns.TypeNS)}
}

func (x *examination) isMissing(ctx context.Context, name string, kind uint16) bool {
	first := x.askAnew(ctx, name, kind, netip.AddrPort{})
	return first.state == missing && len(first.chain) == 0 && x.askAnew(ctx, name, kind, first.server).state == missing
}

// registrable gives the domain below a suffix of registries that a name is in, "" if it
// is none itself. Suffixes of providers do not count: whether a name there can be had
// is the provider's to say.
func registrable(name string) string {
	name = dotless(name)
	suffix, isRegistry := publicsuffix.PublicSuffix(name)
	for !isRegistry && strings.Contains(suffix, ".") {
		_, above, _ := strings.Cut(suffix, ".")
		suffix, isRegistry = publicsuffix.PublicSuffix(above)
	}
	labels := strings.Split(strings.TrimSuffix(name, "."+suffix), ".")
	if name == suffix || labels[0] == "" {
		return ""
	}
	return dns.Fqdn(labels[len(labels)-1] + "." + suffix)
}

// privateAddresses gives those of addrs that a public name server of the zone tells: a
// resolver of the inside may know more than the world does (split horizon).
func (x *examination) privateAddresses(ctx context.Context, addrs []netip.Addr) []netip.Addr {
	if !slices.ContainsFunc(addrs, netip.Addr.IsPrivate) {
		return nil
	}
	zone := x.zoneOf(ctx, x.name)
	if zone == "" {
		return nil
	}
	for _, server := range x.serversOf(ctx, zone) {
		if told, ok := x.addressesAt(ctx, server); ok {
			return slices.DeleteFunc(told, func(a netip.Addr) bool { return !a.IsPrivate() })
		}
	}
	return nil
}

// addressesAt asks a name server itself; false if it does not answer.
func (x *examination) addressesAt(ctx context.Context, server nameServer) ([]netip.Addr, bool) {
	for _, at := range server.permitted {
		four, six := x.askServer(ctx, at, x.name, dns.TypeA), x.askServer(ctx, at, x.name, dns.TypeAAAA)
		if four.isAuthoritative() && six.isAuthoritative() {
			return append(four.addrs(), six.addrs()...), true
		}
	}
	return nil, false
}

// learnWildcard asks for a name that nobody has made.
func (x *examination) learnWildcard(ctx context.Context) {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	a := x.ask(ctx, "portolan-"+hex.EncodeToString(random[:])+"."+x.name, dns.TypeA)
	if a.state != unknown {
		isWild := a.state == present
		x.block.Wildcard = &isWild
	}
}

func texts(addrs []netip.Addr) []string {
	var list []string
	for _, addr := range addrs {
		list = append(list, addr.String())
	}
	slices.Sort(list)
	return slices.Compact(list)
}
