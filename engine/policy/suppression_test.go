package policy_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

var today = time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC)

const entry = "version: 1\nsuppressions:\n  - "

func TestSuppressionMatches(t *testing.T) {
	finding := engine.Finding{
		Fingerprint: "7f9c2a10b3d4e5f6", Rule: "http.no-csp", Severity: engine.Medium,
		Target: "Shop.dev.example.com", Host: "shop.dev.example.com", IP: "10.1.2.3", Port: 443, Path: "/a/b",
	}
	tests := []struct {
		matchers string
		want     bool
	}{
		{"id: 7f9c2a10b3d4e5f6", true},
		{"id: 7f9c2a10b3d4e5f7", false},
		{"rule: http.*", true},
		{"rule: tls.*", false},
		{`target: "*.dev.example.com"`, true},
		{`target: "*.example.org"`, false},
		{"target: 10.0.0.0/8", true},
		{"target: 10.1.2.3", true},
		{"target: 192.0.2.0/24", false},
		{"port: 443", true},
		{"port: 80", false},
		{"path: /a/*", true},
		{"path: /*", true},
		{"path: /b*", false},
		{`rule: "*", severity: <=medium`, true},
		{`rule: "*", severity: <=low`, false},
		{"rule: http.*, port: 80", false},
	}
	for _, test := range tests {
		s, err := policy.ReadSuppressions([]byte(entry+"{"+test.matchers+", reason: r, expires: 2026-12-01}"), "f", today)
		if err != nil {
			t.Errorf("%s: %v", test.matchers, err)
			continue
		}
		if got := s.List[0].Matches(&finding); got != test.want {
			t.Errorf("%s matches: %v, want %v", test.matchers, got, test.want)
		}
	}
}

func TestReadSuppressionsRefuses(t *testing.T) {
	const valid = "rule: a, reason: r, expires: 2026-12-01"
	tests := []struct{ text, says string }{
		{"suppressions: []", "ign.yml:1: version is missing"},
		{"version: 2\nsuppressions: []", `version is "2"`},
		{"version: 1\nsupressions: []", `ign.yml:2: there is no key "supressions", did you mean "suppressions"?`},
		{"- 1", "a mapping"},
		{"a: [", "ign.yml:1: did not find"},
		{"version: 1\nsuppressions:\n\t- a", "ign.yml:3: found character"},
		{"version: 1\nversion: 1", `ign.yml:2: "version" is there twice`},
		{"version: 1\n---\nversion: 1", "ign.yml:2: a second document"},
		{entry + "{id: 7F9C, reason: r, expires: 2026-12-01}", `ign.yml:3: id "7F9C" is not that of a finding`},
		{entry + "{rule: a, reason: …, expires: 2026-12-01}", "reason is missing"},
		{entry + "{reason: r, expires: 2026-12-01}", "nothing is named"},
		{entry + "{severity: <=low, reason: r, expires: 2026-12-01}", "nothing is named"},
		{entry + "{rule: a, expires: 2026-12-01}", "ign.yml:3: reason is missing"},
		{entry + "{rule: a, reason: ' ', expires: 2026-12-01}", "reason is missing"},
		{entry + "{rule: a, reason: r}", "expires is missing; write a date such as 2027-02-25"},
		{entry + "{rule: a, reason: r, expires: soon}", `expires "soon" is not a date`},
		{entry + "{rule: a, reason: r, expires: 2028-01-01}", "more than 366 days ahead"},
		{entry + "{" + valid + ", status: acepted}", `did you mean "accepted"?`},
		{entry + "{" + valid + ", port: 0}", "not a number from 1"},
		{entry + "{" + valid + ", port: http}", "not a number from 1"},
		{entry + "{" + valid + ", severity: medium}", "not a ceiling"},
		{entry + "{" + valid + ", severity: <=mild}", "not a ceiling"},
		{entry + "{" + valid + ", target: 10.0.0.0/33}", "nor a CIDR"},
		{entry + "{" + valid + ", path: '['}", "not a glob"},
		{entry + "{" + valid + ", reasn: x}", `did you mean "reason"?`},
		{entry + "{rule: [a], reason: r, expires: 2026-12-01}", "a text is wanted"},
	}
	for _, test := range tests {
		_, err := policy.ReadSuppressions([]byte(test.text), "ign.yml", today)
		if engine.KindOf(err) != engine.Invalid || !strings.Contains(fmt.Sprint(err), test.says) {
			t.Errorf("%q: %v, want it to say %q", test.text, err, test.says)
		}
	}
}

func TestExpiry(t *testing.T) {
	s, err := policy.ReadSuppressions([]byte(entry+"{rule: a, reason: r, expires: 2026-12-09}"), "f", today)
	if err != nil {
		t.Fatal(err)
	}
	one := &s.List[0]
	last := time.Date(2026, 12, 9, 23, 59, 59, 0, time.UTC)
	for _, test := range []struct {
		at                time.Time
		expiring, expired bool
	}{
		{time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC), false, false},
		{today, true, false},
		{last, true, false}, // the day itself is included
		{last.Add(time.Second), false, true},
	} {
		if one.Expiring(test.at) != test.expiring || one.Expired(test.at) != test.expired {
			t.Errorf("at %s: expiring %v, expired %v", test.at, one.Expiring(test.at), one.Expired(test.at))
		}
	}
}

func doneScan() engine.Scan {
	scan := engine.Scan{ID: 7, CreatedAt: today, Targets: []engine.Target{"192.0.2.0/24"}, Ports: "80", Summary: engine.Summary{HostsUp: 1}}
	for _, state := range []engine.State{engine.StatePending, engine.StateScheduled, engine.StateScanning, engine.StateDone} {
		if err := scan.Advance(state, "", today); err != nil {
			panic(err)
		}
	}
	return scan
}

// sightOf is what a scan can tell that got an answer from one host.
func sightOf(scan engine.Scan) engine.Sight {
	return engine.NewSight(engine.Results{Scan: scan, Hosts: []netip.Addr{netip.MustParseAddr("192.0.2.1")}})
}

func TestAssess(t *testing.T) {
	list := []engine.Finding{
		{Fingerprint: "aa", Rule: "x.old", Severity: engine.High},
		{Fingerprint: "bb", Rule: "x.new", Severity: engine.High},
		{Fingerprint: "cc", Rule: "x.quiet", Severity: engine.High},
	}
	before := engine.Scan{CreatedAt: today.AddDate(0, 0, -10)}
	older := policy.BaselineOf("scan 3", engine.Results{Scan: before, Findings: []engine.Finding{
		list[0],
		{Fingerprint: "dd", Title: "gone", Target: "192.0.2.1", IP: "192.0.2.1", Port: 80},
		{Fingerprint: "ee", Title: "silent", Target: "192.0.2.2", IP: "192.0.2.2", Port: 80},
	}}, policy.Baseline{})
	rules, err := policy.ReadSuppressions([]byte(entry+"{rule: x.quiet, reason: r, expires: 2026-12-09}\n  - {rule: x.none, reason: r, expires: 2026-12-09}\n  - {rule: x.new, reason: over, expires: 2026-11-24}"), "f", today)
	if err != nil {
		t.Fatal(err)
	}

	got := policy.Assess(sightOf(doneScan()), list, older, rules, today)
	want := policy.Counts{New: 1, Known: 1, Fixed: 1, Unknown: 1, Suppressed: 1}
	if got.Counts() != want || got.Baseline != "scan 3" || got.Fixed[0].Title != "gone" || got.Unknown[0].Title != "silent" || got.Suppressed[0].Suppression.Reason != "r" {
		t.Errorf("assessed as %+v: %+v", got.Counts(), got)
	}
	if len(got.Notices) != 3 || got.Notices[0].String() != "f:3: notice: the suppression of x.quiet expires in 14 days, on 2026-12-09" ||
		!strings.Contains(got.Notices[1].Text, "x.none matches nothing") || !got.Notices[2].Warning || got.Notices[2].Line != 5 {
		t.Errorf("said of suppressions: %v", got.Notices)
	}
	if age := got.Active[0].Age; age != 10*24*time.Hour {
		t.Errorf("the old one is %s old", age)
	}

	rules.Rules = []string{"x.nona", "x.quiet"}
	if said := policy.Assess(sightOf(doneScan()), list, older, rules, today).Notices[1].Text; !strings.HasSuffix(said, `no check is called "x.none", did you mean "x.nona"?`) {
		t.Errorf("said of a misspelt rule: %s", said)
	}

	broken := doneScan()
	broken.Summary.TasksFailed = 1
	if got := policy.Assess(sightOf(broken), list, older, rules, today); got.Counts().Fixed != 0 || got.Counts().Unknown != 2 {
		t.Error("a scan that is incomplete says that something was fixed")
	}
}

func TestBaselineFile(t *testing.T) {
	scan := doneScan()
	list := []engine.Finding{{Fingerprint: "bb", Rule: "x.b", Title: "B", Port: 1}, {Fingerprint: "aa", Rule: "x.a"}}
	b := policy.BaselineOf("scan 7", engine.Results{Scan: scan, Findings: list}, policy.Baseline{})
	var text, again bytes.Buffer
	if err := policy.WriteBaseline(&text, b); err != nil {
		t.Fatal(err)
	}
	read, err := policy.ReadBaseline(bytes.NewReader(text.Bytes()), "b.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := policy.WriteBaseline(&again, read); err != nil || again.String() != text.String() {
		t.Errorf("written again it is\n%s\nwant\n%s (%v)", &again, &text, err)
	}
	// A later baseline remembers when a finding was first seen.
	later := scan
	later.CreatedAt = today.AddDate(0, 1, 0)
	next := policy.Assess(sightOf(later), list, policy.BaselineOf("scan 8", engine.Results{Scan: later, Findings: list}, read), policy.Suppressions{}, later.CreatedAt)
	if age := next.Active[0].Age; age != 30*24*time.Hour {
		t.Errorf("a month later the finding is %s old", age)
	}
	// One that is incomplete forgets nothing.
	later.Summary.TasksFailed = 1
	kept := policy.BaselineOf("scan 9", engine.Results{Scan: later, Findings: list[:1]}, read)
	partial := policy.Assess(sightOf(doneScan()), list, kept, policy.Suppressions{}, today)
	if n := partial.Counts().Known; n != 2 {
		t.Errorf("after an incomplete scan %d findings are known, want 2", n)
	}
	for _, broken := range []string{"", "[]", `{"version":1,"findings":[]} {}`, `{"version":2,"findings":[]}`, `{"version":1,"findings":[{}]}`, `{"version":1,"extra":1}`} {
		if _, err := policy.ReadBaseline(strings.NewReader(broken), "b.json"); engine.KindOf(err) != engine.Invalid {
			t.Errorf("%q was read as a baseline: %v", broken, err)
		}
	}
}

// TestAgeKnownToTheEngine: a finding may be new to the baseline and old to the engine.
func TestAgeKnownToTheEngine(t *testing.T) {
	const day = 24 * time.Hour
	scan := doneScan()
	scan.CreatedAt = today
	old, fresh := today.Add(-40*day), today.Add(time.Second)
	list := []engine.Finding{{Fingerprint: "aa", FirstSeen: &old}, {Fingerprint: "bb", FirstSeen: &fresh}, {Fingerprint: "cc"}}
	known := policy.BaselineOf("scan 7", engine.Results{Scan: scan, Findings: list[:2]}, policy.Baseline{})
	for name, test := range map[string]struct {
		baseline policy.Baseline
		isNew    []bool
	}{"without a baseline": {policy.Baseline{}, []bool{true, true, true}}, "with one": {known, []bool{false, false, true}}} {
		got := policy.Assess(sightOf(scan), list, test.baseline, policy.Suppressions{}, today.Add(day))
		for i, age := range []time.Duration{41 * day, day, 0} {
			if one := got.Active[i]; one.New != test.isNew[i] || one.Age.Round(time.Hour) != age {
				t.Errorf("%s finding %d is %s old and new %v, want %s", name, i, one.Age, one.New, age)
			}
		}
	}
}

// What was decided about issues sets findings aside with reason, end and who, until it
// ends and where it is trusted; a file's word comes before it.
func TestDecisionsSuppress(t *testing.T) {
	soon, over := today.AddDate(0, 0, 3), today.AddDate(0, 0, -1)
	ann := &engine.Owner{Email: "ann@example.com"}
	findings := []engine.Finding{
		{Fingerprint: "1", Decision: &engine.Decision{State: engine.IssueFalsePositive, Reason: "a honeypot", By: ann}},
		{Fingerprint: "2", Decision: &engine.Decision{State: engine.IssueAccepted, Reason: "until the move", Expires: &soon}},
		{Fingerprint: "3", Decision: &engine.Decision{State: engine.IssueAccepted, Reason: "was so", Expires: &over}},
		{Fingerprint: "4"},
	}
	var none policy.Suppressions
	a := policy.Assess(engine.Sight{}, findings, policy.Baseline{}, none, today)
	if len(a.Active) != 2 || len(a.Suppressed) != 2 || a.Counts().New != 2 || a.Counts().Suppressed != 2 {
		t.Fatalf("%+v", a)
	}
	good, until := a.Suppressed[0].Suppression, a.Suppressed[1].Suppression
	if good.Status != policy.SuppressionFalsePositive || good.Owner != ann.Email || good.Reason != "a honeypot" || good.Term() != "for good" || good.Expiring(today) {
		t.Errorf("for good: %+v", good)
	}
	if until.Status != policy.SuppressionAccepted || until.LastDay() != "2026-11-28" || !until.Expiring(today) || until.TimeLeft(today) != "in 3 days" {
		t.Errorf("until a day: %+v", until)
	}
	if a := policy.Assess(engine.Sight{}, findings, policy.Baseline{}, policy.Suppressions{DistrustIssues: true}, today); len(a.Active) != 4 {
		t.Errorf("not trusted: %+v", a)
	}
	file, err := policy.ReadSuppressions([]byte(entry+"{target: 192.0.2.1, reason: the file says so, expires: 2026-12-31}"), "f", today)
	if err != nil {
		t.Fatal(err)
	}
	findings[0].IP = "192.0.2.1"
	if a := policy.Assess(engine.Sight{}, findings, policy.Baseline{}, file, today); a.Suppressed[0].Suppression.File != "f" || len(a.Notices) != 0 {
		t.Errorf("with a file: %+v", a)
	}
}
