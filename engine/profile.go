package engine

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Profile says how a scan goes about its work. The zero Profile is the careful
// default: one address of each name, no limits beyond the engine's own.
type Profile struct {
	Addresses Addresses `json:"addresses,omitempty"`
	Mode      ScanMode  `json:"mode,omitempty"`
	Rate      int       `json:"rate,omitempty"`      // packets a second over each task; 0 has no limit
	HostRate  int       `json:"host_rate,omitempty"` // packets a second to one host; 0 has no limit
	MaxBytes  int64     `json:"max_bytes,omitempty"` // sent and read over each task; 0 has no limit

	Checks    CheckSelection `json:"checks,omitzero"`
	Resolvers NameServers    `json:"resolvers,omitempty"` // who is asked for names; "" are the servers of the system that scans
}

// Addresses says how many addresses of a name are scanned.
type Addresses string

// The ways to scan a name; "" is [OneAddress].
const (
	OneAddress   Addresses = "one" // the lowest, IPv4 before IPv6, so that the next scan finds the same
	AllAddresses Addresses = "all"
)

// Choose gives those of a name's addresses that are scanned, sorted, IPv4 first: of those
// in scope the lowest, or all. None are an error that says why not.
func (a Addresses) Choose(addrs []netip.Addr, scope Scope) (chosen []netip.Addr, err error) {
	err = errors.New("no address")
	for _, addr := range addrs {
		addr = addr.Unmap().WithZone("")
		if refused := scope.Permit(addr); refused != nil {
			err = refused
			continue
		}
		chosen = append(chosen, addr)
	}
	if len(chosen) == 0 {
		return nil, err
	}
	slices.SortFunc(chosen, netip.Addr.Compare)
	if a != AllAddresses {
		chosen = chosen[:1]
	}
	return chosen, nil
}

// ScanMode says how TCP ports are tried; "" is [ModeAuto].
type ScanMode string

// The modes.
const (
	ModeAuto    ScanMode = "auto"    // SYN where the process may and it pays, else connect
	ModeConnect ScanMode = "connect" // whole connections; needs no privileges
	ModeSYN     ScanMode = "syn"     // bare SYN packets; needs the right to open raw sockets
)

// Validate reports the first thing wrong with the profile, naming its field.
func (p Profile) Validate() error {
	if err := oneOf("addresses", p.Addresses, OneAddress, AllAddresses); err != nil {
		return err
	}
	if err := oneOf("mode", p.Mode, ModeAuto, ModeConnect, ModeSYN); err != nil {
		return err
	}
	if err := p.Resolvers.validate(); err != nil {
		return err
	}
	for name, n := range map[string]int64{"rate": int64(p.Rate), "host_rate": int64(p.HostRate), "max_bytes": p.MaxBytes} {
		if n < 0 {
			return badProfile(name, fmt.Sprintf("%s is %d", name, n), "write a number above 0, or 0 for no limit")
		}
	}
	return nil
}

// Or gives the profile with what it leaves open taken from another.
func (p Profile) Or(other Profile) Profile {
	return Profile{
		Addresses: cmp.Or(p.Addresses, other.Addresses), Mode: cmp.Or(p.Mode, other.Mode),
		Rate: cmp.Or(p.Rate, other.Rate), HostRate: cmp.Or(p.HostRate, other.HostRate), MaxBytes: cmp.Or(p.MaxBytes, other.MaxBytes),
		Checks: p.Checks.or(other.Checks), Resolvers: cmp.Or(p.Resolvers, other.Resolvers),
	}
}

func oneOf[T ~string](field string, word T, words ...T) error {
	if word == "" || slices.Contains(words, word) {
		return nil
	}
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return badProfile(field, fmt.Sprintf("%s is %q", field, string(word)), "write one of "+strings.Join(list, ", "))
}

// titled gives an error another title.
func titled(title string, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	named := *e
	named.Title = title
	return &named
}

func badProfile(field, detail, hint string) error {
	return &Error{Kind: Invalid, Title: "Profile is not valid", Field: field, Detail: detail, Hint: hint}
}
