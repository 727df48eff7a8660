package report

import (
	"cmp"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// htmlGroup is all findings of one rule as one card.
type htmlGroup struct {
	Rule, Title string
	Severity    string
	Class       string // one of the style's names, whatever the severity says
	Open        bool
	Description []block
	Remedy      []block
	CWE         []string
	References  []string
	Places      []htmlPlace
}

// htmlPlace is one finding of a group.
type htmlPlace struct {
	Where       string
	Path        string
	Fingerprint string
	Evidence    []string
}

// htmlPort is one row of the table of ports.
type htmlPort struct {
	Place, Service, Software string
	Worst                    string // class of the worst finding there, or ""
	Findings                 int
}

// htmlGroups keeps the order of sorted findings.
func htmlGroups(findings []policy.Assessed) []htmlGroup {
	groups := []htmlGroup{}
	for i := range findings {
		f := findings[i].Finding
		last := len(groups) - 1
		if last < 0 || findings[i-1].Finding.Rule != f.Rule || findings[i-1].Finding.Severity != f.Severity {
			groups = append(groups, newHTMLGroup(f))
			last++
		}
		groups[last].Places = append(groups[last].Places, htmlPlace{
			Where: placeOf(f.Host, f.IP, f.Port), Path: pathOf(f.Path), Fingerprint: clean(f.Fingerprint, 32),
			Evidence: cleanLines(f.Evidence, maxShownEvidence),
		})
	}
	return groups
}

func newHTMLGroup(f *engine.Finding) htmlGroup {
	g := htmlGroup{
		Rule: clean(f.Rule, maxShownText), Title: clean(f.Title, maxShownText),
		Severity: clean(string(f.Severity), 16), Class: severityClass(f.Severity), Open: f.Severity == engine.Critical,
		Description: blocksOf(f.Description), Remedy: blocksOf(f.Remedy),
	}
	for _, cwe := range f.CWE {
		g.CWE = append(g.CWE, clean(cwe, maxShownText))
	}
	for _, link := range f.References {
		if isWebLink(link) {
			g.References = append(g.References, clean(link, maxAdvice))
		}
	}
	return g
}

func severityClass(s engine.Severity) string {
	if s.Rank() < 0 {
		return string(engine.Info)
	}
	return string(s)
}

// htmlPorts marks each port with the worst that was found there.
func htmlPorts(r *Report) []htmlPort {
	found := worstByPlace(r.Assessment.Active)
	rows := make([]htmlPort, 0, len(r.Ports))
	for _, p := range r.Ports {
		here := found[p.place()]
		if p.Host != p.IP { // what was found at the address is true of its names
			here.add(found[placeOf(p.IP, p.IP, p.Port)])
		}
		rows = append(rows, htmlPort{Place: p.place(), Service: service(p), Software: cmp.Or(p.software(), "–"), Worst: here.class(), Findings: here.count})
	}
	return rows
}

// worst is how many findings there are at a place, and the worst of them.
type worst struct {
	severity engine.Severity
	count    int
}

func worstByPlace(findings []policy.Assessed) map[string]worst {
	found := map[string]worst{}
	for i := range findings {
		f := findings[i].Finding
		place := placeOf(f.Host, f.IP, f.Port)
		here := found[place]
		here.add(worst{f.Severity, 1})
		found[place] = here
	}
	return found
}

func (w *worst) add(more worst) {
	if w.count == 0 || more.count > 0 && !w.severity.AtLeast(more.severity) {
		w.severity = more.severity
	}
	w.count += more.count
}

func (w *worst) class() string {
	if w.count == 0 {
		return ""
	}
	return severityClass(w.severity)
}
