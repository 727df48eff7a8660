package identify

import (
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// expectedWidth is how many of the probes a port is known for begin at the same time.
	expectedWidth = 4
	// likely is how many of the list are tried before the rest: most ports on
	// which nothing else is expected have HTTP, in the clear or inside TLS.
	likely = 2
	// waveWidth is by how many connections a race grows while the peer is silent.
	waveWidth = 3
)

// entrant is a probe that waits for its turn.
type entrant struct {
	probe.Probe
	isFavoured bool // is given more time than the others, because it is likely to be right
	isLast     bool // takes anything
	isSecond   bool // tries for the second time
}

// line is the probes in the order of their turns.
type line struct {
	waves    [][]entrant
	greeters []probe.Probe // whose servers speak first
	takers   []probe.Probe // who take any greeting; they come last

	isExpected      bool // the first wave is of probes the port is known for
	expectsGreeting bool // they are all greeters
}

// lineUp orders probes: those the port is known for, the likeliest, the others so
// many at a time.
// Whose servers speak first waits for a greeting, unless the port is known for
// it: the server may be slow to greet.
func lineUp(probes []probe.Probe, ports func(probe.Probe) []uint16, port uint16, width int) line {
	var l line
	var expected, others []entrant
	for _, p := range probes {
		greets := isGreeter(p)
		isExpected := slices.Contains(ports(p), port)
		switch {
		case isTaker(p):
			l.takers = append(l.takers, p)
			continue
		case isExpected:
			expected = append(expected, entrant{Probe: p, isFavoured: true})
		case !greets:
			others = append(others, entrant{Probe: p, isFavoured: len(others) < likely})
		}
		if greets {
			l.greeters = append(l.greeters, p)
		}
	}
	l.isExpected = len(expected) > 0
	l.expectsGreeting = l.isExpected && !slices.ContainsFunc(expected, func(e entrant) bool { return !isGreeter(e.Probe) })
	first := min(likely, len(others))
	l.add(expected, expectedWidth)
	l.add(others[:first], likely)
	l.add(others[first:], width)
	return l
}

func isGreeter(p probe.Probe) bool {
	_, ok := p.(probe.Greeter)
	return ok
}

// isTaker reports whether a probe takes anything: a greeter of no port.
func isTaker(p probe.Probe) bool { return isGreeter(p) && len(p.Ports()) == 0 }

func (l *line) add(entrants []entrant, width int) {
	l.waves = slices.AppendSeq(l.waves, slices.Chunk(entrants, width))
}

func (l *line) isEmpty() bool { return len(l.waves) == 0 }

// len is how many probes can take part.
func (l *line) len() int {
	n := len(l.takers)
	for _, wave := range l.waves {
		n += len(wave)
	}
	return n
}

// take gives the next wave, of at most room entrants. The line must not be empty.
func (l *line) take(room int) (wave []entrant) {
	wave = l.waves[0][:min(max(0, room), len(l.waves[0]))]
	l.waves[0] = l.waves[0][len(wave):]
	if len(l.waves[0]) == 0 {
		l.waves = l.waves[1:]
	}
	return wave
}

// takeLast gives those that take anything.
func (l *line) takeLast() (wave []entrant) {
	for _, p := range l.takers {
		wave = append(wave, entrant{Probe: p, isFavoured: true, isLast: true})
	}
	l.takers = nil
	return wave
}

// greetedBy gives the probes whose greeting this is.
func greetedBy(probes []probe.Probe, greeting []byte) (fitting []probe.Probe) {
	for _, p := range probes {
		if greeter, ok := p.(probe.Greeter); ok && len(greeting) > 0 && greeter.Greets(greeting) {
			fitting = append(fitting, p)
		}
	}
	return fitting
}
