package engine_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// sightCase is a place where an earlier scan saw something, and what the later one can
// tell about it.
type sightCase struct {
	why           string
	place         engine.Endpoint
	port, finding bool
}

// placeAt gives a place from "192.0.2.1:80".
func placeAt(place, transport string, target engine.Target, name string) engine.Endpoint {
	p := netip.MustParseAddrPort(place)
	return engine.Endpoint{Addr: p.Addr(), Port: p.Port(), Transport: transport, Target: target, Name: name}
}

func lookedAt(t *testing.T) engine.Results {
	t.Helper()
	scan := doneScan(t, 2, "80,443,53/udp", "192.0.2.0/28", "2001:db8::/64", "still.example", "moved.example", "silent.example")
	scan.Exclude = []engine.Target{"192.0.2.9"}
	return engine.Results{
		Scan:  scan,
		Ports: []engine.Endpoint{placeAt("198.51.100.7:80", engine.TCP, "Moved.example.", "moved.example")},
		Hosts: []netip.Addr{
			netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("192.0.2.9"), netip.MustParseAddr("::ffff:192.0.2.1"),
			netip.MustParseAddr("203.0.113.1"), netip.MustParseAddr("198.51.100.7"), netip.MustParseAddr("198.51.100.1"),
		},
	}
}

func TestSight(t *testing.T) {
	seen := engine.NewSight(lookedAt(t))
	for _, test := range []sightCase{
		{"the host answered", placeAt("192.0.2.1:80", engine.TCP, "192.0.2.0/24", ""), true, true},
		{"the host answered, at an IPv6 address", placeAt("[2001:db8::1]:443", engine.TCP, "2001:db8::1", ""), true, true},
		{"the host is silent", placeAt("192.0.2.2:80", engine.TCP, "192.0.2.2", ""), false, false},
		{"the port was not asked for", placeAt("192.0.2.1:22", engine.TCP, "192.0.2.1", ""), false, false},
		{"the port was asked for over UDP only", placeAt("192.0.2.1:53", engine.TCP, "192.0.2.1", ""), false, false},
		{"the port was asked for over UDP", placeAt("192.0.2.1:53", engine.UDP, "192.0.2.1", ""), true, true},
		{"the transport is not known", placeAt("192.0.2.1:53", "", "192.0.2.1", ""), true, true},
		{"the address is excluded", placeAt("192.0.2.9:80", engine.TCP, "192.0.2.9", ""), false, false},
		{"the host was not asked for", placeAt("203.0.113.1:80", engine.TCP, "203.0.113.1", ""), false, false},
		{"the name is where it was", placeAt("198.51.100.1:443", engine.TCP, "still.example", ""), true, true},
		{"the name leads elsewhere", placeAt("198.51.100.3:443", engine.TCP, "moved.example", "moved.example"), false, true},
		{"the name led to another name", placeAt("198.51.100.3:443", engine.TCP, "moved.example", "other.example"), false, false},
		{"the name leads nowhere", placeAt("198.51.100.3:443", engine.TCP, "silent.example", ""), false, false},
		{"nothing is known of the place", engine.Endpoint{}, false, false},
	} {
		if port, finding := seen.Port(test.place), seen.Finding("http.x", test.place); port != test.port || finding != test.finding {
			t.Errorf("%s: port %v, finding %v, want %v and %v", test.why, port, finding, test.port, test.finding)
		}
	}
}

// A port that is open and tells nothing, as of a server that is busy, hides what was
// found there before.
func TestSightOfQuietPorts(t *testing.T) {
	r := lookedAt(t)
	r.Quiet = []engine.Endpoint{placeAt("192.0.2.1:80", engine.TCP, "192.0.2.0/28", "")}
	seen := engine.NewSight(r)
	for _, transport := range []string{engine.TCP, ""} {
		if seen.Finding("http.x", placeAt("192.0.2.1:80", transport, "192.0.2.1", "")) {
			t.Errorf("a finding at a port that told nothing over %q can be told to be fixed", transport)
		}
	}
	if !seen.Finding("http.x", placeAt("192.0.2.1:443", engine.TCP, "192.0.2.1", "")) {
		t.Error("another port of the host tells nothing")
	}
}

// Of several addresses of a name it cannot be told which one has moved.
func TestSightOfNamesWithSeveralAddresses(t *testing.T) {
	r := lookedAt(t)
	r.Scan.Profile.Addresses = engine.AllAddresses
	seen := engine.NewSight(r)
	if seen.Finding("http.x", placeAt("198.51.100.3:443", engine.TCP, "moved.example", "moved.example")) {
		t.Error("a silent address of a name is taken for one that it has left")
	}
	if !seen.Finding("http.x", placeAt("198.51.100.7:443", engine.TCP, "moved.example", "moved.example")) {
		t.Error("an address of a name that answered tells nothing")
	}
}

// A scan that was not carried through tells nothing about any place.
func TestSightOfScansThatDidNotFinish(t *testing.T) {
	place := placeAt("192.0.2.1:80", engine.TCP, "192.0.2.1", "")
	for why, change := range map[string]func(*engine.Scan){
		"partly failed": func(s *engine.Scan) { s.Summary.TasksFailed = 1 },
		"met nobody":    func(s *engine.Scan) { s.Summary.HostsUp = 0 },
		"cancelled":     func(s *engine.Scan) { s.Steps[len(s.Steps)-1].State = engine.StateCancelled },
		"failed":        func(s *engine.Scan) { s.Steps[len(s.Steps)-1].State = engine.StateFailed },
		"running":       func(s *engine.Scan) { s.Steps[len(s.Steps)-1].State = engine.StateScanning },
	} {
		r := lookedAt(t)
		change(&r.Scan)
		if seen := engine.NewSight(r); seen.Complete() || seen.Port(place) || seen.Finding("http.x", place) {
			t.Errorf("a scan that is %s says what is gone", why)
		}
	}
	if (engine.Sight{}).Finding("http.x", place) {
		t.Error("no scan at all says what is gone")
	}
}

// What differs from a declaration a scan without one does not look for.
func TestSightOfDeclarations(t *testing.T) {
	place := placeAt("192.0.2.1:80", engine.TCP, "192.0.2.1", "")
	r := lookedAt(t)
	if engine.NewSight(r).Finding("exposure.undeclared", place) {
		t.Error("a scan that was told nothing to expect says what is declared")
	}
	r.Scan.Expect = []engine.Expectation{}
	if !engine.NewSight(r).Finding("exposure.undeclared", place) {
		t.Error("a scan that was told what to expect cannot tell")
	}
}

// Vulnerabilities are not gone because a scan had no list of them.
func TestSightOfKnownVulnerabilities(t *testing.T) {
	place := placeAt("192.0.2.1:80", engine.TCP, "192.0.2.1", "")
	r := lookedAt(t)
	if !engine.NewSight(r).Finding(engine.RuleExploited, place) {
		t.Error("a scan with a list cannot tell")
	}
	r.Scan.Steps[0].Description = new("1/10 - " + engine.NoFeed)
	if seen := engine.NewSight(r); seen.Finding(engine.RuleExploited, place) || seen.Finding(engine.RuleKnownVulnerable, place) || !seen.Finding("http.x", place) {
		t.Error("a scan without a list says what is gone, or cannot tell of anything else")
	}
}

// What a scan can tell is asked for every finding of another, so it must not take
// longer with the number of targets.
// A scan that asked for something else fixes nothing.
func TestSightOfOtherRules(t *testing.T) {
	place := engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: 80, Transport: engine.TCP, Target: "192.0.2.1"}
	for rules, want := range map[string]bool{"": true, "http.x": true, "tls.x": false} {
		results := engine.Results{Scan: doneScan(t, 1, "80", "192.0.2.1"), Hosts: []netip.Addr{place.Addr}}
		if rules != "" {
			results.Rules = []string{rules}
		}
		if got := engine.NewSight(results).Finding("http.x", place); got != want {
			t.Errorf("a scan that asked for %q tells %v", rules, got)
		}
	}
}

func TestSightOfManyTargets(t *testing.T) {
	targets := make([]engine.Target, 0, engine.MaxTargets)
	addr := netip.MustParseAddr("10.0.0.0")
	for range engine.MaxTargets {
		targets, addr = append(targets, engine.Target(addr.String())), addr.Next()
	}
	seen := engine.NewSight(engine.Results{Scan: doneScan(t, 1, "80", targets...)})
	began := time.Now()
	for range 100_000 {
		seen.Port(placeAt("10.0.1.1:80", engine.TCP, "10.0.1.1", ""))
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("100,000 places took %s", took)
	}
}

// What is about a name is fixed only if the DNS answered what it is about.
func TestSightOfNames(t *testing.T) {
	of := func(rule string, unanswered ...string) bool {
		r := lookedAt(t)
		r.Names = engine.Examined{"still.example": unanswered}
		return engine.NewSight(r).Finding(rule, engine.Endpoint{Target: "Still.example"})
	}
	for rule, want := range map[string][3]bool{
		"dns.dmarc-missing":   {true, true, true},
		"dns.ns-lame":         {true, false, true},
		"dns.mta-sts-invalid": {true, true, false},
	} {
		got := [3]bool{of(rule), of(rule, "server ns1.still.example"), of(rule, "policy mta-sts.still.example")}
		if got != want || of(rule, "TXT _dmarc.still.example") {
			t.Errorf("%s: %v, want %v", rule, got, want)
		}
	}
	if engine.NewSight(lookedAt(t)).Finding("dns.dmarc-missing", engine.Endpoint{Target: "still.example"}) {
		t.Error("a name of which nothing was learnt is mended")
	}
}
