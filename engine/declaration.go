package engine

import (
	"net/netip"
	"slices"
)

// Declaration is what a list of expectations says of each place, made to be asked
// often: a scan of a large network has many of both.
type Declaration struct {
	byName map[Target][]declared     // of one name, canonical
	byAddr map[netip.Addr][]declared // of one address
	wide   []declared                // of a range of addresses, or of all targets
}

type declared struct {
	Expectation
	place  int // in the list: of several the first counts
	prefix netip.Prefix
	all    bool
	ranges []PortRange
}

// NewDeclaration reads a list of valid expectations.
func NewDeclaration(list []Expectation) Declaration {
	d := Declaration{byName: map[Target][]declared{}, byAddr: map[netip.Addr][]declared{}}
	for i, e := range list {
		one := declared{Expectation: e, place: i, all: e.Host == ""}
		one.ranges, _ = e.Port.Ranges() // valid
		prefix, isAddress := e.Host.Prefix()
		switch one.prefix = prefix; {
		case isAddress && prefix.IsSingleIP():
			d.byAddr[prefix.Addr()] = append(d.byAddr[prefix.Addr()], one)
		case isAddress || one.all:
			d.wide = append(d.wide, one)
		default:
			name := e.Host.Canonical()
			d.byName[name] = append(d.byName[name], one)
		}
	}
	return d
}

// About gives the expectations about a port of a host with an address and any number
// of names, as they stand in the list.
func (d Declaration) About(transport string, port uint16, addr netip.Addr, names ...Target) []Expectation {
	return d.about(func(e *declared) bool { return e.Transport() == transport && e.covers(port) }, addr, names)
}

// Owner gives who is answerable for a port of a host, whatever its transport: of the
// expectations about it the first that says so; "" if none does.
func (d Declaration) Owner(port uint16, addr netip.Addr, names ...Target) string {
	for _, e := range d.about(func(e *declared) bool { return e.Owner != "" && e.covers(port) }, addr, names) {
		return e.Owner
	}
	return ""
}

func (d Declaration) about(holds func(*declared) bool, addr netip.Addr, names []Target) []Expectation {
	addr = addr.Unmap()
	var found []*declared
	take := func(list []declared) {
		for i := range list {
			if e := &list[i]; (e.all || !e.prefix.IsValid() || e.prefix.Contains(addr)) && holds(e) {
				found = append(found, e)
			}
		}
	}
	take(d.byAddr[addr])
	seen := map[Target]bool{}
	for _, name := range names {
		if name = name.Canonical(); !seen[name] {
			seen[name] = true
			take(d.byName[name])
		}
	}
	take(d.wide)
	slices.SortFunc(found, func(a, b *declared) int { return a.place - b.place })
	list := make([]Expectation, len(found))
	for i, e := range found {
		list[i] = e.Expectation
	}
	return list
}

func (e *declared) covers(port uint16) bool {
	return slices.ContainsFunc(e.ranges, func(r PortRange) bool { return r.First <= port && port <= r.Last })
}
