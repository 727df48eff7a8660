package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// How much a page shows: what a browser is quick with. JSON and CSV have all.
const (
	maxHTMLPlaces = 5000 // in all
	minHTMLPlaces = 5    // of each rule
	maxRulePlaces = 1000
	maxHTMLPorts  = 2000
	maxHTMLAside  = 500 // of each of fixed, unknown and suppressed
)

// htmlGroup is all findings of one rule as one card.
type htmlGroup struct {
	Rule, Title string
	Severity    string
	Class       string // one of the style's names, whatever the severity says
	Open        bool
	Count, New  int
	Description []block
	Remedy      []block
	Facts       []string // CVSS, exploitation, CWE
	References  []string
	Places      []htmlPlace
	More        string // how many places are not shown
}

// htmlPlace is one finding of a group.
type htmlPlace struct {
	Where    string
	Path     string
	State    state // "" without a baseline
	Age      string
	Owner    string
	ID       string
	Suppress string // the line to paste
	Evidence []string
}

// htmlAside is findings of a rule that are not judged: fixed, unknown or suppressed.
type htmlAside struct {
	Severity, Class string
	Title, Rule     string
	Where           []string
	Why             string // of a suppressed one
	Expires         string
	By              string // owner and ticket
}

// htmlPort is one row of the table of ports.
type htmlPort struct {
	Place, Service, Software string
	Worst                    string // class of the worst finding there, or ""
	Findings                 int
}

// htmlGroups shares the places that are shown between all rules.
func htmlGroups(r *Report) []htmlGroup {
	groups := groupByRule(r.Assessment.Active)
	most := min(max(maxHTMLPlaces/max(1, len(groups)), minHTMLPlaces), maxRulePlaces)
	cards := make([]htmlGroup, 0, len(groups))
	for _, g := range groups {
		card := newHTMLGroup(g)
		if r.compared() {
			card.New = newOf(g)
		}
		for i := range g[:min(len(g), most)] {
			card.Places = append(card.Places, newHTMLPlace(r, &g[i]))
		}
		card.More = moreText(len(g) - len(card.Places))
		cards = append(cards, card)
	}
	return cards
}

// moreText says what is left out, "" if nothing is.
func moreText(n int) string {
	if n <= 0 {
		return ""
	}
	return thousands(n) + " more: the JSON and CSV reports have them all."
}

func newOf(g group) (n int) {
	for i := range g {
		if g[i].New {
			n++
		}
	}
	return n
}

func newHTMLGroup(list group) htmlGroup {
	f := list.first()
	g := htmlGroup{
		Rule: clean(f.Rule, maxShownText), Title: clean(f.Title, maxShownText), Count: len(list),
		Severity: clean(string(f.Severity), 16), Class: severityClass(f.Severity), Open: f.Severity == engine.Critical,
		Description: blocksOf(f.Description), Remedy: blocksOf(f.Remedy), Facts: ruleFacts(f),
	}
	for _, link := range f.References {
		if isWebLink(link) {
			g.References = append(g.References, clean(link, maxAdvice))
		}
	}
	return g
}

func ruleFacts(f *engine.Finding) (facts []string) {
	if f.CVSS > 0 {
		facts = append(facts, fmt.Sprintf("CVSS %.1f", f.CVSS))
	}
	if f.EPSS > 0 {
		facts = append(facts, fmt.Sprintf("EPSS %.1f %%", 100*f.EPSS))
	}
	if f.KEV {
		facts = append(facts, "known to be exploited")
	}
	for _, cwe := range f.CWE {
		facts = append(facts, clean(cwe, maxShownText))
	}
	return facts
}

func newHTMLPlace(r *Report, a *policy.Assessed) htmlPlace {
	f := a.Finding
	p := htmlPlace{
		Where: findingEndpoint(f), Path: pathOf(f.Path), ID: clean(f.Fingerprint, maxShownText), Owner: clean(f.Owner, maxShownText),
		Evidence: cleanLines(f.Evidence, maxShownEvidence),
	}
	p.Suppress = policy.SuppressCommand(p.ID, r.Assessment.At)
	if !r.compared() {
		return p
	}
	p.State = stateOf(a)
	if n := days(a.Age); n > 0 {
		p.Age = "for " + plural(n, "day")
	}
	return p
}

func severityClass(s engine.Severity) string {
	if s.Rank() < 0 {
		return string(engine.Info)
	}
	return string(s)
}

// suppressedAside takes together what one entry sets aside of a rule.
func suppressedAside(r *Report) (list []htmlAside) {
	suppressed := r.Assessment.Suppressed[:min(len(r.Assessment.Suppressed), maxHTMLAside)]
	for i := range suppressed {
		f, s := suppressed[i].Finding, suppressed[i].Suppression
		if i > 0 && suppressed[i-1].Suppression == s && suppressed[i-1].Finding.Rule == f.Rule {
			last := &list[len(list)-1]
			last.Where = append(last.Where, findingPlace(f))
			continue
		}
		one := newHTMLAside(f.Severity, f.Title, f.Rule, findingPlace(f))
		one.Why = clean(string(s.Status), maxShownText) + ": " + clean(s.Reason, maxShownEvidence)
		one.Expires = s.Term()
		if s.Expiring(r.Assessment.At) {
			one.Expires += ", " + s.TimeLeft(r.Assessment.At)
		}
		one.By = strings.TrimSpace(clean(s.Owner, maxShownText) + " " + clean(s.Ticket, maxShownText))
		list = append(list, one)
	}
	return list
}

// knownAside takes together what is known of a rule.
func knownAside(known []policy.Known) (list []htmlAside) {
	known = known[:min(len(known), maxHTMLAside)]
	for i := range known {
		k := &known[i]
		if i > 0 && known[i-1].Rule == k.Rule {
			last := &list[len(list)-1]
			last.Where = append(last.Where, knownPlace(k))
			continue
		}
		list = append(list, newHTMLAside(k.Severity, k.Title, k.Rule, knownPlace(k)))
	}
	return list
}

func newHTMLAside(severity engine.Severity, title, rule, where string) htmlAside {
	return htmlAside{
		Severity: clean(string(severity), 16), Class: severityClass(severity),
		Title: clean(title, maxShownText), Rule: clean(rule, maxShownText), Where: []string{where},
	}
}

// htmlPorts marks each port with the worst that was found there.
func htmlPorts(r *Report) []htmlPort {
	found := worstByPlace(r.Assessment.Active)
	shown := r.Ports[:min(len(r.Ports), maxHTMLPorts)]
	rows := make([]htmlPort, 0, len(shown))
	for i := range shown {
		p := &shown[i]
		here := found.at(p)
		rows = append(rows, htmlPort{Place: p.place(), Service: service(*p), Software: cmp.Or(p.software(), "–"), Worst: here.class(), Findings: here.count})
	}
	return rows
}

// worst is how many findings there are at a place, and the worst of them.
type worst struct {
	severity engine.Severity
	count    int
}

// places tells the worst at each place.
type places map[string]worst

func worstByPlace(findings []policy.Assessed) places {
	found := places{}
	for i := range findings {
		f := findings[i].Finding
		place := findingEndpoint(f)
		here := found[place]
		here.add(worst{f.Severity, 1})
		found[place] = here
	}
	return found
}

// at gives the worst at a port: what was found at an address is true of its names.
func (p places) at(port *Port) worst {
	here := p[port.place()]
	if port.Host != port.IP {
		here.add(p[placeOf(port.IP, port.IP, port.Port)])
	}
	return here
}

func (w *worst) add(more worst) {
	if w.count == 0 || more.count > 0 && !w.severity.AtLeast(more.severity) {
		w.severity = more.severity
	}
	w.count += more.count
}

// rank is 0 where there is no finding, else higher the worse.
func (w *worst) rank() int {
	if w.count == 0 {
		return 0
	}
	return 2 + w.severity.Rank()
}

func (w *worst) class() string {
	if w.count == 0 {
		return ""
	}
	return severityClass(w.severity)
}
