// Package peer knows the scanners that Portolan is measured beside: how each is
// called, with its strongest honest settings, and how its output is read. Begin
// with [Programs].
//
// It runs nothing and judges nothing; the contest does.
package peer

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
)

// Stage is what a program does of a scan.
type Stage string

// The stages.
const (
	Discovery Stage = "discovery" // addresses and ports in, open ports out
	Services  Stage = "services"  // open ports in, names of services out
	Names     Stage = "names"     // names in, addresses out
)

// Task is what a program is to do.
type Task struct {
	Targets     string // file: an address, an address:port or a name a line
	First, Last uint16 // ports, of discovery
	Server      string // that is asked about names, address:port
	Interface   string // that packets leave by
	Out         string // file to write
	Places      []netip.AddrPort
}

// ports is the range as everybody writes it.
func (t Task) ports() string { return fmt.Sprintf("%d-%d", t.First, t.Last) }

// Program is a scanner with the command line it is measured with.
type Program struct {
	Name   string // "nmap -sS -T5"
	Path   string // the executable's name
	Stage  Stage
	Stdout bool                        // it writes what it finds to standard output, not to Task.Out
	Input  func(netip.AddrPort) string // its line for a port, of services; nil writes address:port
	Args   func(Task) []string
	Read   func(line []byte, into *Findings) error
}

// Findings is what a program has said.
type Findings struct {
	Open     map[netip.AddrPort]bool   // of discovery
	AllOpen  map[netip.Addr]bool       // hosts that are one observation instead of all their ports
	Named    map[netip.AddrPort]string // of services: protocol, in Portolan's words
	Products map[netip.AddrPort]string
	Answered map[string]bool // of names
}

// NewFindings gives empty ones.
func NewFindings() *Findings {
	return &Findings{
		Open: map[netip.AddrPort]bool{}, AllOpen: map[netip.Addr]bool{},
		Named: map[netip.AddrPort]string{}, Products: map[netip.AddrPort]string{}, Answered: map[string]bool{},
	}
}

// Parse reads a program's output.
func (p Program) Parse(r io.Reader) (*Findings, error) {
	found := NewFindings()
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 64<<20) // a host that is open everywhere is one line of nmap's
	for lines.Scan() {
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			if err := p.Read(line, found); err != nil {
				return nil, fmt.Errorf("read the output of %s: %q: %w", p.Name, line, err)
			}
		}
	}
	return found, lines.Err()
}

// Programs lists everybody, Portolan first.
func Programs() []Program { return slices.Concat(discoverers(), identifiers(), resolvers()) }

// Names of the programs that bars are about or compare with.
const (
	Connect  = "portolan connect"
	SYN      = "portolan syn"
	Probe    = "portolan probe"
	Resolve  = "portolan resolve"
	Floor    = "epoll loop"
	SYNFloor = "packet loop"
	NmapT5   = "nmap -sT -T5"
	NmapS5   = "nmap -sS -T5"
	NmapS4   = "nmap -sS -T4"
	NmapSV   = "nmap -sV"
	ZDNS     = "zdns"
	DNSX     = "dnsx"
	Portolan = "portolan" // the executable
	Limits   = "limit"    // stands for the executable of limit programs
)

func place(host, port string) (netip.AddrPort, error) {
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.AddrPort{}, err
	}
	number, err := strconv.ParseUint(port, 10, 16)
	return netip.AddrPortFrom(addr, uint16(number)), err
}
