package engine

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// PortRange is a run of ports, both ends included.
type PortRange struct {
	First, Last uint16
}

// Ports is a set of TCP ports as the user wrote it: a comma list of ports,
// ranges and named sets, for example "22,80,8000-8100" or "common,9200". The
// empty string is "default". Whitespace and order do not matter.
type Ports string

// The named sets a [Ports] may use.
const (
	// PortsCommon is what an ordinary internet scan looks at.
	PortsCommon Ports = "common"
	// PortsDefault is what a private scan looks at, and the meaning of "".
	PortsDefault Ports = "default"
	// PortsAll is every TCP port from 1 to 65535.
	PortsAll Ports = "all"
)

// Ranges gives the set as sorted ranges that neither overlap nor touch, or an
// [Invalid] [Error] that names the guilty item.
func (p Ports) Ranges() ([]PortRange, error) {
	text := string(p)
	if strings.TrimSpace(text) == "" {
		text = string(PortsDefault)
	}
	var ranges []PortRange
	for item := range strings.SplitSeq(text, ",") {
		part, err := parsePortItem(strings.TrimSpace(item))
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, part...)
	}
	return mergePorts(ranges), nil
}

// Validate reports what is wrong with the set, or nil.
func (p Ports) Validate() error {
	_, err := p.Ranges()
	return err
}

// Canonical gives the one form that all spellings of the same set share: its
// sorted ranges.
func (p Ports) Canonical() (Ports, error) {
	ranges, err := p.Ranges()
	if err != nil {
		return "", err
	}
	items := make([]string, len(ranges))
	for i, r := range ranges {
		items[i] = strconv.Itoa(int(r.First))
		if r.Last != r.First {
			items[i] += "-" + strconv.Itoa(int(r.Last))
		}
	}
	return Ports(strings.Join(items, ",")), nil
}

// Count is how many ports the set holds, 0 for one that is not valid.
func (p Ports) Count() int {
	ranges, err := p.Ranges()
	if err != nil {
		return 0
	}
	n := 0
	for _, r := range ranges {
		n += int(r.Last) - int(r.First) + 1
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

func parsePortItem(item string) ([]PortRange, error) {
	switch Ports(item) {
	case PortsCommon:
		return mustPorts(commonPorts), nil
	case PortsDefault:
		return mustPorts(defaultPorts), nil
	case PortsAll:
		return mustPorts(allPorts), nil
	}
	first, last, isRange := strings.Cut(item, "-")
	if !isRange {
		last = first
	}
	lo, err := parsePort(item, first)
	if err != nil {
		return nil, err
	}
	hi, err := parsePort(item, last)
	if err != nil {
		return nil, err
	}
	if lo > hi {
		return nil, badPorts(item, "the range runs backwards", fmt.Sprintf("write \"%d-%d\"", hi, lo))
	}
	return []PortRange{{lo, hi}}, nil
}

func parsePort(item, s string) (uint16, error) {
	s = strings.TrimSpace(s)
	if !isDigits(s) {
		return 0, badPorts(item, "it is neither a port, a range nor a named set",
			"write ports as 22,80,8000-8100, or one of the sets common, default, all")
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 65535 {
		return 0, badPorts(item, "a port is a number from 1 to 65535", "")
	}
	return uint16(n), nil
}

func badPorts(item, why, hint string) error {
	return &Error{
		Kind:   Invalid,
		Title:  "Ports are not valid",
		Detail: fmt.Sprintf("ports %q: %s", item, why),
		Hint:   hint,
		Field:  "ports",
	}
}

// mustPorts parses one of our own lists; a test covers each.
func mustPorts(list string) []PortRange {
	ranges, err := Ports(list).Ranges()
	if err != nil {
		panic(err)
	}
	return ranges
}

func mergePorts(ranges []PortRange) []PortRange {
	slices.SortFunc(ranges, func(a, b PortRange) int { return int(a.First) - int(b.First) })
	merged := ranges[:0]
	for _, r := range ranges {
		last := len(merged) - 1
		if last >= 0 && int(r.First) <= int(merged[last].Last)+1 {
			merged[last].Last = max(merged[last].Last, r.Last)
			continue
		}
		merged = append(merged, r)
	}
	return merged
}
