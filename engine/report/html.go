package report

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	_ "embed" // the template, its style and its script
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

//go:embed report.html.tmpl
var htmlTemplate string

//go:embed report.css
var htmlStyle string

//go:embed report.js
var htmlScript string

// writeHTML writes one file that needs nothing else: no font, no picture from
// elsewhere, and a policy that lets a browser load none and run only the filter of
// ours, without which the page is whole.
func writeHTML(w io.Writer, r Report) error {
	page, err := template.New("report").Parse(htmlTemplate)
	if err != nil {
		return fmt.Errorf("parse template: %w", err)
	}
	out := bufio.NewWriter(w)
	if err := page.Execute(out, newHTMLPage(&r)); err != nil {
		return err
	}
	return out.Flush()
}

// htmlPage is what the template sees. Its strings are clean; the template escapes them.
type htmlPage struct {
	CSS      template.CSS // ours, and named by its hash in Policy
	Script   template.JS  // likewise
	Policy   string
	Title    string
	Subtitle string
	Status   string // "" when nothing was judged
	Class    string
	Reason   string
	Warning  string
	Facts    []htmlFact
	Total    int
	Compared bool
	Baseline string
	Bars     []htmlBar
	Counts   []severityCount
	Trend    *htmlTrend
	Map      *htmlMap

	Groups         []htmlGroup
	Fixed          []htmlAside
	FixedMore      string
	Unknown        []htmlAside
	UnknownMore    string
	Suppressed     []htmlAside
	SuppressedMore string
	Notices        []htmlNotice
	Ports          []htmlPort
	PortsMore      string
	Details        []htmlFact

	Version   string
	Generated string
}

type htmlFact struct{ Name, Value string }

type htmlNotice struct {
	Warning bool
	Text    string
}

func newHTMLPage(r *Report) htmlPage {
	sum := r.summary()
	page := htmlPage{
		CSS: template.CSS(htmlStyle), Script: template.JS(htmlScript), //nolint:gosec // constants of ours
		Policy: contentPolicy(htmlStyle, htmlScript),
		Title:  cmp.Or(clean(r.Scan.Label, maxShownText), fmt.Sprintf("Scan %d", r.Scan.ID)),
		Status: string(r.status()), Class: string(r.status()),
		Facts: facts(r, sum), Total: sum.Total, Compared: r.compared(), Baseline: clean(r.Assessment.Baseline, maxShownText),
		Bars: severityBars(r), Counts: severityCounts(sum), Trend: trendOf(r), Map: exposureMap(r),
		Groups: htmlGroups(r), Ports: htmlPorts(r), PortsMore: moreText(len(r.Ports) - maxHTMLPorts),
		Fixed: knownAside(r.Assessment.Fixed), FixedMore: moreText(len(r.Assessment.Fixed) - maxHTMLAside),
		Unknown: knownAside(r.Assessment.Unknown), UnknownMore: moreText(len(r.Assessment.Unknown) - maxHTMLAside),
		Suppressed: suppressedAside(r), SuppressedMore: moreText(len(r.Assessment.Suppressed) - maxHTMLAside),
		Details: details(r), Version: clean(r.Version, maxShownText),
	}
	page.Subtitle = fmt.Sprintf("Scan %d of %s", r.Scan.ID, targetList(r.Scan.Targets))
	if page.Status != "" {
		page.Reason = clean(r.reason(), maxShownText)
	}
	if r.status() == policy.StatusIncomplete || sum.TasksFailed > 0 {
		page.Warning = "This scan is incomplete: " + clean(incompleteReason(&r.Scan), maxShownText) + ". What it did not find says nothing."
	}
	for _, n := range r.Assessment.Notices[:min(len(r.Assessment.Notices), maxHTMLAside)] {
		page.Notices = append(page.Notices, htmlNotice{n.Warning, clean(n.String(), maxShownEvidence)})
	}
	if r.Scan.EndedAt != nil {
		page.Generated = r.Scan.EndedAt.UTC().Format("2 January 2006, 15:04 UTC")
	}
	return page
}

// contentPolicy permits the one style and the one script by their hashes and nothing
// else (CSP level 3).
func contentPolicy(style, script string) string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) + "; base-uri 'none'; form-action 'none'"
}

// facts are the figures at the top.
func facts(r *Report, sum engine.Summary) []htmlFact {
	list := []htmlFact{{"Findings", thousands(sum.Total)}}
	counts := r.Assessment.Counts()
	if r.compared() {
		list = append(list, htmlFact{"New", thousands(counts.New)}, htmlFact{"Known", thousands(counts.Known)}, htmlFact{"Fixed", thousands(counts.Fixed)})
	}
	if counts.Suppressed > 0 {
		list = append(list, htmlFact{"Suppressed", thousands(counts.Suppressed)})
	}
	list = append(list, htmlFact{"Hosts up", thousands(sum.HostsUp)}, htmlFact{"Open ports", thousands(sum.OpenPorts)})
	if d := r.duration(); d > 0 {
		list = append(list, htmlFact{"Duration", d.String()})
	}
	return list
}

// details tell how the scan was made.
func details(r *Report) []htmlFact {
	list := []htmlFact{{"Scan", fmt.Sprint(r.Scan.ID)}, {"Status", string(r.Scan.Status())}, {"Targets", targetList(r.Scan.Targets)}, {"Ports", clean(string(r.Scan.Ports), maxShownText)}}
	if !r.Scan.CreatedAt.IsZero() {
		list = append(list, htmlFact{"Started", r.Scan.CreatedAt.UTC().Format(time.DateTime) + " UTC"})
	}
	if r.Verdict.Policy != "" {
		list = append(list, htmlFact{"Policy", clean(r.Verdict.Policy, maxShownEvidence)})
	}
	if r.compared() {
		list = append(list, htmlFact{"Baseline", clean(r.Assessment.Baseline, maxShownText)})
	}
	return list
}

// targetList names the first targets and counts the rest.
func targetList(targets []engine.Target) string {
	const shown = 5
	words := make([]string, 0, shown)
	for _, t := range targets[:min(len(targets), shown)] {
		words = append(words, clean(string(t), maxShownText))
	}
	text := strings.Join(words, ", ")
	if n := len(targets) - shown; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}
