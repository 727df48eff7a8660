package feed_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
)

// list is a feed without a store: all that was read, asked one by one.
type list struct{ shelf }

func (l *list) Ready(context.Context) (bool, error) { return len(l.flaws) > 0, l.refuse }

func (l *list) Find(_ context.Context, s feed.Subject) ([]feed.Match, error) {
	var all []feed.Match
	for _, f := range l.flaws {
		best := feed.No
		for _, c := range f.Conditions {
			best = max(best, c.Affects(s))
		}
		if best == feed.No {
			continue
		}
		m := feed.Match{ID: f.ID, Outcome: best, Score: f.Score, Severity: f.Severity, Description: f.Description, ExploitLinks: f.ExploitLinks}
		for _, e := range l.catalogue.Entries {
			if e.ID == f.ID {
				m.Exploited = e.Added
			}
		}
		for _, e := range l.scores.Entries {
			if e.ID == f.ID {
				m.Probability = e.Probability
			}
		}
		all = append(all, m)
	}
	slices.SortFunc(all, feed.Worse)
	return all, l.refuse
}

func loaded(t *testing.T) *list {
	t.Helper()
	l := &list{}
	for _, name := range []string{"nvd.json", "known_exploited_vulnerabilities.json", "epss_scores.csv"} {
		if err := feed.ReadFile(t.Context(), feed.File{Path: "testdata/" + name}, l); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// document is a response that names software, with what the service said.
func document(port uint16, protocol string, block any, tags ...engine.Tag) engine.Response {
	e := engine.Endpoint{Target: "192.0.2.7", Addr: netip.MustParseAddr("192.0.2.7"), Port: port, Transport: "tcp"}
	r := engine.NewResponse(e, protocol, protocol, "", time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC))
	r.Blocks[protocol], r.Tags = block, tags
	return r
}

func tag(name, fullName, product, version string) engine.Tag {
	vendor, product, _ := strings.Cut(product, ":")
	return engine.Tag{Name: name, FullName: fullName, Version: version, CPE: []string{cpe.Software(cpe.Application, vendor, product, version).String()}}
}

func headers(server string) any {
	return map[string]any{"headers": map[string][]string{"server": {server}}, "body": "We love Debian and Ubuntu, 2.4.49, 1.18.0."}
}

func apache(version string) engine.Tag {
	return tag("apache", "Apache HTTP Server", "apache:http_server", version)
}

func openssh(version string) engine.Tag {
	return tag("openssh", "OpenSSH", "openbsd:openssh", version)
}

// judged gives a report of one document after it was judged.
func judged(t *testing.T, r engine.Response) engine.Report {
	t.Helper()
	report := engine.Report{Responses: []engine.Response{r}}
	if err := feed.NewJudge(loaded(t)).Enrich(t.Context(), &report); err != nil {
		t.Fatal(err)
	}
	return report
}

// verdict is what is said of a report: each rule with its severity, and its confidence.
func verdict(report engine.Report) string {
	var all []string
	for _, f := range report.Findings {
		text := f.Rule + " " + string(f.Severity)
		if slices.Contains(f.Tags, "potential") {
			text += " potential"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// TestConfidence: what a distribution may have mended fails no build.
func TestConfidence(t *testing.T) {
	const (
		firmKEV      = "software.known-vulnerable critical, software.kev critical"
		potentialKEV = "software.known-vulnerable info potential, software.kev medium potential"
		firm         = "software.known-vulnerable critical"
		potential    = "software.known-vulnerable info potential"
	)
	for name, tt := range map[string]struct {
		response engine.Response
		want     string
	}{
		"built by its authors":        {document(80, "http", headers("Apache/2.4.49 (Unix)"), apache("2.4.49")), firmKEV},
		"built by Ubuntu":             {document(80, "http", headers("Apache/2.4.49 (Ubuntu)"), apache("2.4.49")), potentialKEV},
		"built by Red Hat":            {document(80, "http", headers("Apache/2.4.49 (Red Hat Enterprise Linux) OpenSSL/1.1.1k"), apache("2.4.49")), potentialKEV},
		"a mark of something else":    {document(80, "http", headers("Apache/2.4.49 (Unix)\nPHP/7.4.3-4ubuntu2.18"), apache("2.4.49")), firmKEV},
		"the package's version":       {document(80, "http", headers("x"), apache("2.4.49-4ubuntu2.18")), potentialKEV},
		"mended":                      {document(80, "http", headers("Apache/2.4.57 (Unix)"), apache("2.4.57")), ""},
		"no version":                  {document(80, "http", headers("Apache"), apache("")), ""},
		"on a system that is unknown": {document(80, "http", headers("PHP/7.4.3"), tag("php", "PHP", "php:php", "7.4.3")), potentialKEV},
		"OpenSSH of its authors":      {document(22, "ssh", map[string]any{"banner": "SSH-2.0-OpenSSH_9.2"}, openssh("9.2")), firm},
		"OpenSSH of Debian":           {document(22, "ssh", map[string]any{"banner": "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3"}, openssh("9.2p1")), potential},
		"OpenSSH of Debian, silent":   {document(22, "ssh", map[string]any{"banner": "SSH-2.0-OpenSSH_9.2p1"}, openssh("9.2p1")), potential},
		"OpenSSH of FreeBSD":          {document(22, "ssh", map[string]any{"banner": "SSH-2.0-OpenSSH_9.3 FreeBSD-20230719"}, openssh("9.3")), potential},
		"OpenSSH of Red Hat":          {document(22, "ssh", map[string]any{"banner": "SSH-2.0-OpenSSH_8.7"}, openssh("8.7")), potential},
		"OpenSSH of Microsoft":        {document(22, "ssh", map[string]any{"banner": "SSH-2.0-OpenSSH_for_Windows_8.1"}, openssh("8.1")), potential},
		"MariaDB's own package":       {document(3306, "mysql", map[string]any{"version": "2.4.49-MariaDB-1:2.4.49+maria~deb12"}, apache("2.4.49")), firmKEV},
		"Debian's MariaDB":            {document(3306, "mysql", map[string]any{"version": "5.5.5-2.4.49-MariaDB-0+deb12u1"}, apache("2.4.49")), potentialKEV},
		"a cloud's Kubernetes":        {document(6443, "kubernetes", map[string]any{"version": "v2.4.49-gke.100"}, apache("2.4.49")), potentialKEV},
		"a release without its build": {document(1433, "mssql", map[string]any{}, engine.Tag{
			Name: "mssql", FullName: "Microsoft SQL Server", Version: "15.0.2000.5", CPE: []string{"cpe:2.3:a:apache:http_server:2.4.49:*:*:*:*:*:*:*"},
		}), potentialKEV},
		"another one's tag": {document(80, "http", headers("x"), engine.Tag{Name: "odd", Version: "1", CPE: []string{"cpe:/a:x:y:1"}}), ""},
	} {
		report := judged(t, tt.response)
		if got := verdict(report); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		for _, c := range report.Responses[0].CVEs {
			if (c.Confidence == engine.Potential) != strings.Contains(tt.want, "potential") {
				t.Errorf("%s: %s is %s", name, c.Name, c.Confidence)
			}
		}
	}
}

func TestDocumentsTellTheirCVEs(t *testing.T) {
	report := judged(t, document(80, "http", headers("Apache/2.4.49 (Unix)"), apache("2.4.49"), tag("openssl", "OpenSSL", "openssl:openssl", "1.1.1k"), apache("2.4.49")))
	var names []string
	for _, c := range report.Responses[0].CVEs {
		names = append(names, c.Name+" "+c.Tag)
	}
	if got := strings.Join(names, ", "); got != "CVE-2021-42013 apache, CVE-2021-41773 apache, CVE-2099-0001 openssl" {
		t.Error(got)
	}
	data, err := json.Marshal(report.Responses[0].CVEs[2])
	const want = `{"name":"CVE-2099-0001","base_score":"9.3","severity":"critical","description":"A made-up flaw of OpenSSL before 1.1.1l, scored in every version of CVSS.",` +
		`"has_exploit":false,"exploit_links":[],"epss":0,"kev":false,"confidence":"firm","tag":"openssl"}`
	if err != nil || string(data) != want {
		t.Errorf("%s, %v", data, err)
	}
	if c := report.Responses[0].CVEs[1]; !c.HasExploit || !c.KEV || len(c.ExploitLinks) != 1 || c.BaseScore != "7.5" || c.EPSS != 0.94412 {
		t.Errorf("%+v", c)
	}
	if got := verdict(report); got != "software.known-vulnerable critical, software.kev critical, software.known-vulnerable critical" {
		t.Error(got)
	}
}

func TestFindingsTellWhatIsKnown(t *testing.T) {
	report := judged(t, document(80, "http", headers("Apache/2.4.49 (Unix)"), apache("2.4.49")))
	f := report.Findings[0]
	const evidence = "Apache HTTP Server 2.4.49 (cpe:2.3:a:apache:http_server:2.4.49:*:*:*:*:*:*:*)\n" +
		"CVE-2021-42013: 9.8 critical, EPSS 94 %, exploited (KEV, 2021-11-03)\n" +
		"CVE-2021-41773: 7.5 high, EPSS 94 %, exploited (KEV, 2021-11-03)"
	if f.Evidence != evidence || f.CVSS != 9.8 || f.EPSS != 0.94425 || !f.KEV || f.Target != "192.0.2.7" || f.Port != 80 || f.URI != "http://192.0.2.7:80" ||
		!slices.Contains(f.References, "https://nvd.nist.gov/vuln/detail/CVE-2021-42013") || !slices.Contains(f.Tags, "kev") || f.CWE[0] != "CWE-1395" {
		t.Errorf("%+v", f)
	}
	for _, f := range report.Findings {
		if !slices.ContainsFunc(feed.Rules(), func(r engine.Rule) bool { return r.ID == f.Rule }) {
			t.Errorf("%s is not listed", f.Rule)
		}
	}
	if !slices.IsSortedFunc(feed.Rules(), func(a, b engine.Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("rules are not sorted")
	}
}

// TestOneFindingForEachProductAtAPort, whatever pages show it; and the same one when the
// version is another.
func TestOneFindingForEachProductAtAPort(t *testing.T) {
	first, second := document(80, "http", headers("Apache/2.4.49"), apache("2.4.49")), document(80, "http", headers("Apache/2.4.49"), apache("2.4.49"))
	second.Path, second.URI = "/login", second.URI+"/login"
	elsewhere := document(81, "http", headers("Apache/2.4.50"), apache("2.4.50"))
	report := engine.Report{Responses: []engine.Response{first, second, elsewhere}}
	if err := feed.NewJudge(loaded(t)).Enrich(t.Context(), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) != 4 || len(report.Responses[1].CVEs) != 2 {
		t.Fatalf("%s", verdict(report))
	}
	later := judged(t, document(80, "http", headers("Apache/2.4.50"), apache("2.4.50")))
	if later.Findings[0].Fingerprint != report.Findings[0].Fingerprint {
		t.Error("another version is another finding")
	}
}

// TestManyAreBounded: the worst are told.
func TestManyAreBounded(t *testing.T) {
	l := &list{}
	for i := range 250 {
		name := cpe.Software(cpe.Application, "apache", "http_server", "2.4.49")
		c := feed.Condition{Criteria: []feed.Criterion{{Vulnerable: true, Name: name}}}
		l.flaws = append(l.flaws, feed.Flaw{ID: feed.ID(2021_000000001000 + i), Score: float64(i) / 25, Severity: engine.Low, Conditions: []feed.Condition{c}})
	}
	report := engine.Report{Responses: []engine.Response{document(80, "http", headers("Apache/2.4.49"), apache("2.4.49"))}}
	if err := feed.NewJudge(l).Enrich(t.Context(), &report); err != nil {
		t.Fatal(err)
	}
	cves := report.Responses[0].CVEs
	if len(cves) != engine.MaxCVEs || cves[0].BaseScore != "10.0" || !strings.HasSuffix(report.Findings[0].Evidence, "\nand 240 more") {
		t.Errorf("%d, first %s, %s", len(cves), cves[0].BaseScore, report.Findings[0].Evidence)
	}
}

func TestTroubleIsTold(t *testing.T) {
	l := loaded(t)
	l.refuse = errors.New("disk")
	report := engine.Report{Responses: []engine.Response{document(80, "http", headers("x"), apache("2.4.49"))}}
	if err := feed.NewJudge(l).Enrich(t.Context(), &report); !errors.Is(err, l.refuse) || !strings.Contains(err.Error(), "http://192.0.2.7:80") {
		t.Error(err)
	}
}
