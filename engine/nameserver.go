package engine

import (
	"fmt"
	"net/netip"
	"strings"
)

// dnsPort is that of the DNS (RFC 1035 section 4.2).
const dnsPort = 53

// NameServers is a comma list of recursive name servers, each an address or an address and
// a port: "192.0.2.53,[2001:db8::53]:5353". An empty list stands for those of the system.
type NameServers string

// Places gives the servers; the port is 53 unless given.
func (n NameServers) Places() ([]netip.AddrPort, error) {
	var servers []netip.AddrPort
	for item := range strings.SplitSeq(string(n), ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		if addr, err := netip.ParseAddr(item); err == nil {
			servers = append(servers, netip.AddrPortFrom(addr, dnsPort))
			continue
		}
		place, err := netip.ParseAddrPort(item)
		if err != nil {
			return nil, &Error{Kind: Invalid, Title: "Resolver is not valid", Detail: fmt.Sprintf("%q is neither an address nor an address and port", item), Hint: "write a comma list such as 192.0.2.53,[2001:db8::53]:5353"}
		}
		servers = append(servers, place)
	}
	return servers, nil
}

// maxNameServers is more than anybody asks in turn.
const maxNameServers = 16

// validate names the field of a profile.
func (n NameServers) validate() error {
	places, err := n.Places()
	if err != nil {
		return In("resolvers", err)
	}
	if len(places) > maxNameServers {
		return badProfile("resolvers", fmt.Sprintf("%d name servers", len(places)), fmt.Sprintf("name %d at most", maxNameServers))
	}
	return nil
}
