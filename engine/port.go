package engine

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
)

// PortRange is a run of ports, both ends included.
type PortRange struct {
	First, Last uint16
}

// Ports is a set of ports as the user wrote it: a comma list of ports, ranges and
// named sets, for example "22,80,8000-8100" or "common,9200". They are TCP ports
// unless "/udp" follows, as in "53/udp" or "161-162/udp". The empty string is
// "default". Whitespace and order do not matter.
type Ports string

// The named sets a [Ports] may use.
const (
	// PortsCommon is what an ordinary internet scan looks at: TCP ports only.
	PortsCommon Ports = "common"
	// PortsDefault is what a private scan looks at, and the meaning of "". It holds
	// UDP ports too.
	PortsDefault Ports = "default"
	// PortsAll is every TCP port from 1 to 65535.
	PortsAll Ports = "all"
)

// Ranges gives the TCP ports of the set as sorted ranges that neither overlap nor
// touch, or an [Invalid] [Error] that names the guilty item. A set of UDP ports
// alone has none.
func (p Ports) Ranges() ([]PortRange, error) {
	set, err := p.parse()
	return set.tcp, err
}

// UDPRanges gives the UDP ports of the set, as [Ports.Ranges] gives the others.
func (p Ports) UDPRanges() ([]PortRange, error) {
	set, err := p.parse()
	return set.udp, err
}

// Validate reports what is wrong with the set, or nil.
func (p Ports) Validate() error {
	_, err := p.parse()
	return err
}

// Canonical gives the one form that all spellings of the same set share: its
// sorted ranges, those of TCP first.
func (p Ports) Canonical() (Ports, error) {
	set, err := p.parse()
	if err != nil {
		return "", err
	}
	items := make([]string, 0, len(set.tcp)+len(set.udp))
	for _, r := range set.tcp {
		items = append(items, r.String())
	}
	for _, r := range set.udp {
		items = append(items, r.String()+udpSuffix)
	}
	return Ports(strings.Join(items, ",")), nil
}

// String gives "22" or "8000-8100".
func (r PortRange) String() string {
	if r.First == r.Last {
		return strconv.Itoa(int(r.First))
	}
	return fmt.Sprintf("%d-%d", r.First, r.Last)
}

// Count is how many ports the set holds, those of TCP and of UDP, 0 for one that
// is not valid.
func (p Ports) Count() int {
	set, err := p.parse()
	if err != nil {
		return 0
	}
	n := 0
	for _, ranges := range [][]PortRange{set.tcp, set.udp} {
		for _, r := range ranges {
			n += int(r.Last) - int(r.First) + 1
		}
	}
	return n
}

// Each yields every port of ranges in rising order.
func Each(ranges []PortRange) iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for _, r := range ranges {
			for port := int(r.First); port <= int(r.Last); port++ {
				if !yield(uint16(port)) {
					return
				}
			}
		}
	}
}
