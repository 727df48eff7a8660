package engine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// udpSuffix makes UDP ports of an item, as services(5) writes them.
const udpSuffix = "/udp"

// portSet is what a [Ports] holds, as ranges that are sorted and apart.
type portSet struct{ tcp, udp []PortRange }

// parse reads the comma list. With an error the set is empty.
func (p Ports) parse() (portSet, error) {
	text := string(p)
	if strings.TrimSpace(text) == "" {
		text = string(PortsDefault)
	}
	var set portSet
	for item := range strings.SplitSeq(text, ",") {
		part, err := parsePortItem(strings.TrimSpace(item))
		if err != nil {
			return portSet{}, err
		}
		set.tcp, set.udp = append(set.tcp, part.tcp...), append(set.udp, part.udp...)
	}
	return portSet{tcp: mergePorts(set.tcp), udp: mergePorts(set.udp)}, nil
}

// parsePortItem reads one item: a named set, or a range with its transport.
func parsePortItem(item string) (portSet, error) {
	switch Ports(item) {
	case PortsCommon:
		return mustPorts(commonPorts), nil
	case PortsDefault:
		return mustPorts(defaultPorts), nil
	case PortsAll:
		return mustPorts(allPorts), nil
	}
	if numbers, ok := strings.CutSuffix(item, udpSuffix); ok {
		r, err := parsePortRange(item, numbers)
		return portSet{udp: []PortRange{r}}, err
	}
	r, err := parsePortRange(item, item)
	return portSet{tcp: []PortRange{r}}, err
}

// parsePortRange reads the numbers of an item.
func parsePortRange(item, numbers string) (PortRange, error) {
	if name, transport, ok := strings.Cut(numbers, "/"); ok {
		return PortRange{}, badPorts(item, fmt.Sprintf("%q is not a transport", transport),
			fmt.Sprintf("write %q for TCP, %q for UDP", name, name+udpSuffix))
	}
	first, last, isRange := strings.Cut(numbers, "-")
	if !isRange {
		last = first
	}
	lo, err := parsePort(item, first)
	if err != nil {
		return PortRange{}, err
	}
	hi, err := parsePort(item, last)
	if err != nil {
		return PortRange{}, err
	}
	if lo > hi {
		return PortRange{}, badPorts(item, "the range runs backwards", fmt.Sprintf("write \"%d-%d\"", hi, lo))
	}
	return PortRange{lo, hi}, nil
}

func parsePort(item, s string) (uint16, error) {
	s = strings.TrimSpace(s)
	if !isDigits(s) {
		return 0, badPorts(item, "it is neither a port, a range nor a named set",
			"write ports as 22,80,8000-8100,161/udp, or one of the sets common, default, all")
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
func mustPorts(list string) portSet {
	set, err := Ports(list).parse()
	if err != nil {
		panic(err)
	}
	return set
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
