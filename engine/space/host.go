package space

import "net/netip"

// Host is an address of the space with those of its places that are in it.
type Host struct {
	Addr      netip.Addr
	Forbidden bool   // by the scope: none of its places is given out
	First     uint64 // index of its first place; the others follow
	Places    int    // one for each port, fewer only where a shard cuts the host

	begin uint64 // where in the cycle of ports the first place is
}

// Ports is how many ports the space has, and so places a host has at most.
func (s *Space) Ports() int { return s.ports.len() }

// Hosts is how many hosts the space has, the forbidden ones included.
func (s *Space) Hosts() uint64 {
	if s.Len() == 0 {
		return 0
	}
	return s.HostOf(s.Len()-1) + 1
}

// HostOf gives the number of the host to which the i-th place belongs.
func (s *Space) HostOf(i uint64) uint64 {
	perHost := uint64(s.ports.len())
	return (s.from+i)/perHost - s.from/perHost
}

// Host gives the n-th host of the random order; n must be below [Space.Hosts].
func (s *Space) Host(n uint64) Host {
	perHost := uint64(s.ports.len())
	n += s.from / perHost
	first, end := max(s.from, n*perHost), min(s.to, (n+1)*perHost)
	ordinal := s.hosts.at(n)
	addr := s.blocks.addr(ordinal)
	return Host{
		Addr: addr, Forbidden: s.scope.Permit(addr) != nil,
		First: first - s.from, Places: int(end - first),
		begin: (s.turn(ordinal) + first - n*perHost) % perHost,
	}
}

// Port gives the port of a host's i-th place; i must be below its Places.
func (s *Space) Port(h Host, i int) uint16 { return s.ports.at(h.begin + uint64(i)) }

// Position is the inverse of [Space.Port].
func (s *Space) Position(h Host, port uint16) (i int, ok bool) {
	slot, ok := s.ports.slot(port)
	if !ok {
		return 0, false
	}
	i = slot - int(h.begin)
	if i < 0 {
		i += s.ports.len()
	}
	return i, i < h.Places
}
