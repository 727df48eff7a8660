package wire

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// routes tells from which address packets to a destination leave. The system
// decides that by its tables and rules; it is asked once for all destinations that
// no route and no rule tells apart: those of which the longest prefix that any of
// them names is the same.
//
// Which address an IPv6 packet leaves from depends on more than the route, on the
// bits it shares with the destination's (RFC 6724 section 5): there one answer holds
// for a /64 at most, which is as far as the prefixes of our own addresses go.
type routes struct {
	fd      int                       // of a datagram socket that never sends
	named   map[netip.Prefix]struct{} // by a route or a rule
	lengths []int                     // of those prefixes, the longest first
	asked   map[netip.Prefix]way
}

// rememberedWays bounds what is remembered: some megabytes.
const rememberedWays = 1 << 15

// way is what the system said: an address, or why there is no way.
type way struct {
	from netip.Addr
	err  error
}

func openRoutes(family int, device string) (*routes, error) {
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open a socket that asks for routes: %w", err)
	}
	r := &routes{fd: fd, named: map[netip.Prefix]struct{}{}, asked: map[netip.Prefix]way{}}
	if err := bindTo(fd, device); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	for _, request := range []int{unix.RTM_GETROUTE, unix.RTM_GETRULE} {
		if err := r.name(request, family); err != nil {
			_ = unix.Close(fd)
			return nil, err
		}
	}
	for prefix := range r.named {
		if !slices.Contains(r.lengths, prefix.Bits()) {
			r.lengths = append(r.lengths, prefix.Bits())
		}
	}
	slices.SortFunc(r.lengths, func(a, b int) int { return b - a })
	return r, nil
}

// name notes the destinations of all routes or rules (rtnetlink(7): struct rtmsg,
// and of the same shape struct fib_rule_hdr).
func (r *routes) name(request, family int) error {
	dump, err := syscall.NetlinkRIB(request, family)
	if err != nil {
		return fmt.Errorf("read the routing tables: %w", err)
	}
	messages, err := syscall.ParseNetlinkMessage(dump)
	if err != nil {
		return fmt.Errorf("read the routing tables: %w", err)
	}
	for _, m := range messages {
		if len(m.Data) >= unix.SizeofRtMsg {
			r.nameOne(int(m.Data[1]), m.Data[unix.SizeofRtMsg:])
		}
	}
	return nil
}

// nameOne reads the attributes of one. Those without a destination are for all.
func (r *routes) nameOne(bits int, attributes []byte) {
	for len(attributes) >= unix.SizeofRtAttr {
		size := int(binary.NativeEndian.Uint16(attributes))
		if size < unix.SizeofRtAttr || size > len(attributes) {
			return
		}
		if binary.NativeEndian.Uint16(attributes[2:]) == unix.RTA_DST {
			if addr, ok := netip.AddrFromSlice(attributes[unix.SizeofRtAttr:size]); ok {
				r.named[netip.PrefixFrom(addr, bits).Masked()] = struct{}{}
			}
		}
		attributes = attributes[min(len(attributes), (size+3)&^3):]
	}
}

// to gives the way to an address.
func (r *routes) to(addr netip.Addr) way {
	prefix := r.alike(addr)
	known, ok := r.asked[prefix]
	if !ok {
		if len(r.asked) >= rememberedWays {
			clear(r.asked)
		}
		known.from, known.err = r.ask(addr)
		r.asked[prefix] = known
	}
	return known
}

// alike gives the prefix in which all addresses that are not named more closely go
// the same way.
func (r *routes) alike(addr netip.Addr) netip.Prefix {
	least := 0
	if addr.Is6() {
		least = 64
	}
	for _, bits := range r.lengths {
		prefix := netip.PrefixFrom(addr, bits).Masked()
		if _, ok := r.named[prefix]; ok {
			return netip.PrefixFrom(addr, max(bits, least)).Masked()
		}
	}
	return netip.PrefixFrom(addr, least).Masked()
}

// ask connects the socket and looks where it stands. No packet is sent for that.
func (r *routes) ask(addr netip.Addr) (netip.Addr, error) {
	if number := disconnect(r.fd); number != 0 {
		return netip.Addr{}, number
	}
	const discard = 9 // any port will do
	if err := unix.Connect(r.fd, sockaddr(netip.AddrPortFrom(addr, discard))); err != nil {
		return netip.Addr{}, err
	}
	local, err := unix.Getsockname(r.fd)
	if err != nil {
		return netip.Addr{}, err
	}
	return placeOf(local).Addr(), nil
}

func (r *routes) close() error { return unix.Close(r.fd) }
