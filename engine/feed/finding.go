package feed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func vulnerable() engine.Rule {
	return engine.Rule{
		ID: engine.RuleKnownVulnerable, Title: "Software with known vulnerabilities", Severity: engine.Critical,
		Description: "The service says which version of which software it is, and public lists say that this version has " +
			"vulnerabilities. Those that are known to be exploited, and then those with the highest scores, come first.",
		Impact: "What an attacker can do depends on the vulnerability; the score tells how bad it can be, and EPSS how likely it is to be tried.",
		Remedy: "Update the software to a version without them, or replace it if it is not maintained any more.",
		Judged: "The product and its version are looked up in the lists that portolan feed import has read, one finding for each product at a port. " +
			"Its severity is that of the worst vulnerability, and info where a distribution may have mended all of them.",
		CWE: []string{"CWE-1395"}, Tags: []string{"software", "cve"}, References: []string{"https://nvd.nist.gov/vuln"},
	}
}

func exploited() engine.Rule {
	return engine.Rule{
		ID: engine.RuleExploited, Title: "Software with a vulnerability that is being exploited", Severity: engine.Critical,
		Description: "The service says which version of which software it is, and CISA's catalogue of known exploited " +
			"vulnerabilities (KEV) has one of this version: attackers use it.",
		Impact: "Whoever can reach the service can be expected to try. Look for signs that somebody has.",
		Remedy: "Update the software at once, or take the service off the network until it is.",
		Judged: "The product and its version are looked up in the lists that portolan feed import has read, one finding for each product at a port. " +
			"It is medium where a distribution may have mended it.",
		CWE: []string{"CWE-1395"}, Tags: []string{"software", "cve", "kev"}, References: []string{"https://www.cisa.gov/known-exploited-vulnerabilities-catalog"},
	}
}

// doubt is added to what is only potential.
const doubt = "It is potential: a distribution that mends its packages without changing their version has built it, or it is " +
	"only affected in an edition, on a system or with other software that a scan does not see. See what your distribution says of each CVE."

// Rules gives what all findings are about that a [Judge] makes, by id.
func Rules() []engine.Rule { return []engine.Rule{exploited(), vulnerable()} }

// findings gives at most one finding of each rule.
func (p product) findings(r *engine.Response) []engine.Finding {
	all := []engine.Finding{p.finding(vulnerable(), r, p.firm, p.potential)}
	firm, potential := onlyExploited(p.firm), onlyExploited(p.potential)
	if len(firm)+len(potential) == 0 {
		return all
	}
	f := p.finding(exploited(), r, firm, potential)
	switch len(firm) {
	case 0:
		f.Severity = engine.Medium // it may well be mended; and it is the first to look at
	default:
		f.Severity = engine.Critical
	}
	return append(all, f)
}

func onlyExploited(matches []Match) []Match {
	return slices.DeleteFunc(slices.Clone(matches), func(m Match) bool { return m.Exploited == "" })
}

// finding tells of the firm matches, and of the potential ones where there are no others.
func (p product) finding(about engine.Rule, r *engine.Response, firm, potential []Match) engine.Finding {
	f := about.Finding()
	// Of the product instead of a page: it is the same whatever page shows it.
	f.Fingerprint = engine.Fingerprint(about.ID, targetOf(r), r.Port, r.Protocol, p.tag.Name)
	f.Severity = engine.Info
	f.Target, f.Host, f.IP, f.Port, f.Transport, f.Protocol, f.URI = targetOf(r), r.Host, r.IP, r.Port, r.Transport, r.Protocol, r.URI
	matches := firm
	if len(firm) == 0 {
		matches = potential
		f.Description += "\n\n" + doubt
		f.Tags = append(f.Tags, string(engine.Potential))
	}
	for _, m := range matches {
		f.CVSS, f.EPSS, f.KEV = max(f.CVSS, m.Score), max(f.EPSS, m.Probability), f.KEV || m.Exploited != ""
		if len(firm) > 0 && m.Severity.Rank() > f.Severity.Rank() {
			f.Severity = m.Severity
		}
	}
	if f.KEV && !slices.Contains(f.Tags, "kev") {
		f.Tags = append(f.Tags, "kev")
	}
	f.Evidence, f.References = p.evidence(matches), references(matches)
	return f
}

func targetOf(r *engine.Response) engine.Target {
	if r.Target.Domain != "" {
		return engine.Target(r.Target.Domain)
	}
	return engine.Target(r.Target.IP)
}

// maxShown is how many CVEs a finding lists; the document has the others.
const maxShown = 10

// evidence names the software and a line for each CVE.
func (p product) evidence(matches []Match) string {
	lines := []string{fmt.Sprintf("%s %s (%s)", p.tag.FullName, p.tag.Version, p.name)}
	for _, m := range matches[:min(len(matches), maxShown)] {
		line := fmt.Sprintf("%s: %s %s", m.ID, engine.ScoreText(m.Score), m.Severity)
		if m.Probability > 0 {
			line += fmt.Sprintf(", EPSS %.0f %%", 100*m.Probability)
		}
		if m.Exploited != "" {
			line += ", exploited (KEV, " + m.Exploited + ")"
		}
		lines = append(lines, line)
	}
	if more := len(matches) - maxShown; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// maxReferences is how many pages a finding links to.
const maxReferences = 5

func references(matches []Match) []string {
	var links []string
	for _, m := range matches[:min(len(matches), maxReferences)] {
		links = append(links, "https://nvd.nist.gov/vuln/detail/"+m.ID.String())
	}
	return links
}
