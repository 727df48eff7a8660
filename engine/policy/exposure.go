package policy

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Exposure is what a scan has seen of what is exposed, to be held against what was
// declared.
type Exposure struct {
	Ports    []engine.Endpoint // that are open
	Hosts    []netip.Addr      // that answered, sorted
	Speaking map[Place]Speaker // what is known of those of Ports that said something
	Complete bool              // every part of the scan was done: what is not here is not there
}

// Place is an address, a port and a transport.
type Place struct {
	netip.AddrPort
	Transport string // engine.TCP or engine.UDP
}

// PlaceOf gives where an endpoint is.
func PlaceOf(e engine.Endpoint) Place {
	return Place{netip.AddrPortFrom(e.Addr.Unmap(), e.Port), e.Transport}
}

// Speaker is what speaks at a place.
type Speaker struct {
	Names    []engine.Target // under which it was asked
	Services []string        // protocols, bare and with their variant: "http", "https"
	TLS      []string        // versions it accepts, as documents write them: "TLSv1.2"
}

// exposureRule gives the words of one way in which what is there can differ from what was
// declared. All are high: whoever declares wants to hear of it.
func exposureRule(id, cwe, title, description, impact, remedy string) engine.Rule {
	return engine.Rule{
		ID: id, Title: title, Severity: engine.High, Description: description, Impact: impact, Remedy: remedy,
		Judged: "What a whole scan saw is held against the expectations of that scan; without expectations nothing is declared and nothing found.",
		CWE:    []string{"CWE-" + cwe}, Tags: []string{"exposure"}, References: []string{"https://cwe.mitre.org/data/definitions/" + cwe + ".html"},
	}
}

func undeclared() engine.Rule {
	return exposureRule("exposure.undeclared", "668", "Port is open that nobody declared",
		"The port accepts connections, and none of the expectations of this scan is about it.",
		"Nobody may know that it is there, so nobody may look after it.",
		"Close it: stop the service, bind it to an inner address, or take it out of the firewall's rules. If it should be open, declare it with an expectation that names its owner.")
}

func missing() engine.Rule {
	return exposureRule("exposure.missing", "1188", "Declared port is not open",
		"An expectation says that this port is open, and it was not.",
		"A service that others rely on may be away, or the declaration is out of date.",
		"Start the service, or open the way to it. If it is gone for good, take the expectation out; if it may be away, make it optional.")
}

func otherService() engine.Rule {
	return exposureRule("exposure.other-service", "668", "Another service answers than was declared",
		"The port is open as declared, but what speaks there is not the declared service.",
		"Something took the place of what was declared, and nobody may know what.",
		"Find out what listens there. If it is right, change the expectation.")
}

func oldTLS() engine.Rule {
	return exposureRule("exposure.old-tls", "327", "TLS is older than was declared",
		"An expectation names the oldest version of TLS that may be accepted here. The service accepts an older one, or no TLS at all.",
		"Connections can be protected less well than whoever declared it relies on.",
		"Turn the older versions off in the service or in what ends TLS in front of it.")
}

// ExposureRules gives what the findings of [Deviations] are about, by id.
func ExposureRules() []engine.Rule {
	return []engine.Rule{missing(), oldTLS(), otherService(), undeclared()}
}

// WholeRules gives what all findings are about that only a whole scan tells, by id.
func WholeRules() []engine.Rule {
	return slices.Concat([]engine.Rule{brokenPin()}, ExposureRules(), []engine.Rule{sharedHostKey()})
}

// Deviations gives where what is exposed differs from the expectations: what is open
// and not declared, what is declared and not there, and what is there otherwise than
// declared. They are sorted by rule and place. No list of expectations, unlike an empty
// one, has none.
func Deviations(expect []engine.Expectation, seen Exposure) []engine.Finding {
	if expect == nil {
		return nil
	}
	d := deviations{declaration: engine.NewDeclaration(expect), seen: seen, open: map[Place]bool{}, openName: map[named]bool{}}
	for _, e := range seen.Ports {
		d.port(e)
	}
	if seen.Complete {
		for _, e := range expect {
			d.required(e)
		}
	}
	slices.SortFunc(d.findings, func(a, b engine.Finding) int {
		return cmp.Or(strings.Compare(a.Rule, b.Rule), strings.Compare(string(a.Target), string(b.Target)), cmp.Compare(a.Port, b.Port), strings.Compare(a.Fingerprint, b.Fingerprint))
	})
	return slices.CompactFunc(d.findings, func(a, b engine.Finding) bool { return a.Fingerprint == b.Fingerprint })
}

type deviations struct {
	declaration engine.Declaration
	seen        Exposure
	open        map[Place]bool
	openName    map[named]bool
	findings    []engine.Finding
}

// named is a port of a name.
type named struct {
	name      engine.Target // canonical
	port      uint16
	transport string
}

// port holds an open port against what was declared of it. The names under which it
// was asked count too: an address may have been reached by a name and by its range.
func (d *deviations) port(e engine.Endpoint) {
	speaker := d.seen.Speaking[PlaceOf(e)]
	names := append([]engine.Target{e.Target, engine.Target(e.Name)}, speaker.Names...)
	d.open[PlaceOf(e)] = true
	for _, name := range names {
		d.openName[named{name.Canonical(), e.Port, e.Transport}] = true
	}
	about := d.declaration.About(e.Transport, e.Port, e.Addr, names...)
	if len(about) == 0 {
		d.add(undeclared(), at(e, names), evidenceOf(speaker))
		return
	}
	d.service(at(e, names), about, speaker)
	d.tls(at(e, names), about, speaker)
}

// service: of several expectations about a port one has to hold.
func (d *deviations) service(where place, about []engine.Expectation, speaker Speaker) {
	var wanted []string
	for _, x := range about {
		if x.Service == "" || slices.Contains(speaker.Services, x.Service) {
			return
		}
		wanted = append(wanted, x.Service)
	}
	d.add(otherService(), where, "declared: "+strings.Join(slices.Compact(wanted), " or ")+"; "+evidenceOf(speaker))
}

// tls: of several expectations about a port each has to hold.
func (d *deviations) tls(where place, about []engine.Expectation, speaker Speaker) {
	oldest := ""
	for _, x := range about {
		oldest = max(oldest, x.TLSMin) // "1.0" to "1.3" sort as they are
	}
	if oldest == "" {
		return
	}
	older := slices.DeleteFunc(slices.Clone(speaker.TLS), func(version string) bool { return !isOlder(version, oldest) })
	switch {
	case len(speaker.TLS) == 0:
		d.add(oldTLS(), where, fmt.Sprintf("declared: TLS %s or newer; no TLS was offered", oldest))
	case len(older) > 0:
		d.add(oldTLS(), where, fmt.Sprintf("declared: TLS %s or newer; accepted: %s", oldest, strings.Join(older, ", ")))
	}
}

// isOlder reports whether a version as documents write it, "TLSv1.1" or "SSLv3", is
// older than one as expectations do.
func isOlder(version, oldest string) bool {
	number, isTLS := strings.CutPrefix(version, "TLSv")
	return !isTLS || number < oldest
}

// required holds what must be there against what is.
func (d *deviations) required(e engine.Expectation) {
	for _, port := range e.Required() {
		where := place{target: e.Host.Canonical(), port: port, transport: e.Transport(), owner: e.Owner}
		prefix, isAddress := e.Host.Prefix()
		if isAddress {
			where.addr = prefix.Addr()
		}
		if d.open[Place{netip.AddrPortFrom(where.addr, port), where.transport}] || d.openName[named{where.target, port, where.transport}] {
			continue
		}
		evidence := fmt.Sprintf("%s port %d is not open", where.transport, port)
		if _, answered := slices.BinarySearchFunc(d.seen.Hosts, where.addr, netip.Addr.Compare); isAddress && !answered {
			evidence = "the host did not answer at all"
		}
		d.add(missing(), where, evidence)
	}
}

// place is where a finding is.
type place struct {
	target    engine.Target
	addr      netip.Addr
	host      string
	port      uint16
	transport string
	owner     string // "" is that of the first expectation about it
	names     []engine.Target
}

func at(e engine.Endpoint, names []engine.Target) place {
	return place{target: e.Target, addr: e.Addr, host: e.Host(), port: e.Port, transport: e.Transport, names: names}
}

// add notes a finding. It is told apart by the transport and not by what speaks, which
// may be one thing today and another tomorrow.
func (d *deviations) add(rule engine.Rule, where place, evidence string) {
	target := where.target
	if prefix, ok := target.Prefix(); ok && !prefix.IsSingleIP() {
		target = engine.Target(where.addr.String())
	}
	f := rule.Finding()
	f.Fingerprint = engine.Fingerprint(rule.ID, target, int(where.port), where.transport, "")
	f.Target, f.Host, f.Port, f.Protocol, f.Transport = target, cmp.Or(where.host, string(target)), int(where.port), where.transport, where.transport
	f.Evidence, f.Owner = evidence, where.owner
	if where.addr.IsValid() {
		f.IP = where.addr.String()
	}
	if f.Owner == "" {
		f.Owner = d.declaration.Owner(where.port, where.addr, append(where.names, target)...)
	}
	f.URI = fmt.Sprintf("%s://%s", where.transport, net.JoinHostPort(f.Host, strconv.Itoa(int(where.port))))
	d.findings = append(d.findings, f)
}

func evidenceOf(s Speaker) string {
	if len(s.Services) == 0 {
		return "nothing there said what it is"
	}
	return "seen: " + strings.Join(s.Services, ", ")
}
