package report

import (
	"cmp"
	"crypto/sha256"
	_ "embed" // the template and its style
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

// writeHTML writes one file that needs nothing else: no script, no font, no
// picture from elsewhere, and a policy that lets a browser load none.
func writeHTML(w io.Writer, r Report) error {
	page, err := template.New("report").Parse(htmlTemplate)
	if err != nil {
		return fmt.Errorf("parse template: %w", err)
	}
	return page.Execute(w, newHTMLPage(&r))
}

// htmlPage is what the template sees. Its strings are clean; the template escapes them.
type htmlPage struct {
	CSS       template.CSS // ours, and named by its hash in Policy
	Policy    string
	Title     string
	Subtitle  string
	Status    string // "" when nothing was judged
	Class     string
	Reason    string
	Warning   string
	Facts     []htmlFact
	Counts    []severityCount
	Total     int
	Bars      []htmlBar
	Groups    []htmlGroup
	Ports     []htmlPort
	Version   string
	Generated string
}

type htmlFact struct{ Name, Value string }

// htmlBar is one part of the severity bar, in thousandths of its width.
type htmlBar struct {
	Severity engine.Severity
	X, Width int
	Count    int
}

func newHTMLPage(r *Report) htmlPage {
	sum := r.summary()
	page := htmlPage{
		CSS:    template.CSS(htmlStyle), //nolint:gosec // a constant of ours
		Policy: contentPolicy(htmlStyle),
		Title:  cmp.Or(clean(r.Scan.Label, maxShownText), fmt.Sprintf("Scan %d", r.Scan.ID)),
		Status: string(r.status()), Class: string(r.status()), Reason: clean(r.reason(), maxShownText),
		Facts: facts(r, sum), Counts: severityCounts(sum), Total: sum.Total, Bars: severityBar(sum),
		Groups: htmlGroups(r.Assessment.Active), Ports: htmlPorts(r), Version: clean(r.Version, maxShownText),
	}
	page.Subtitle = fmt.Sprintf("Scan %d of %s", r.Scan.ID, targetList(r.Scan.Targets))
	switch {
	case r.status() == policy.StatusIncomplete, sum.TasksFailed > 0:
		page.Warning = "This scan is incomplete: " + clean(incompleteReason(&r.Scan), maxShownText) + ". What it did not find says nothing."
	}
	if r.Scan.EndedAt != nil {
		page.Generated = r.Scan.EndedAt.UTC().Format("2 January 2006, 15:04 UTC")
	}
	return page
}

// contentPolicy permits the one style by its hash and nothing else (CSP level 3).
func contentPolicy(style string) string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}

func facts(r *Report, sum engine.Summary) []htmlFact {
	list := []htmlFact{
		{"Status", string(r.Scan.Status())},
		{"Hosts up", fmt.Sprint(sum.HostsUp)},
		{"Open ports", fmt.Sprint(sum.OpenPorts)},
		{"Findings", fmt.Sprint(sum.Total)},
	}
	if d := r.duration(); d > 0 {
		list = append(list, htmlFact{"Duration", d.String()})
	}
	if !r.Scan.CreatedAt.IsZero() {
		list = append(list, htmlFact{"Started", r.Scan.CreatedAt.UTC().Format(time.DateOnly + " 15:04 UTC")})
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

func severityBar(sum engine.Summary) []htmlBar {
	bars, seen := []htmlBar{}, 0
	for _, s := range severityCounts(sum) {
		if s.Count == 0 {
			continue
		}
		x := 1000 * seen / sum.Total
		seen += s.Count
		bars = append(bars, htmlBar{Severity: s.Severity, X: x, Width: 1000*seen/sum.Total - x, Count: s.Count})
	}
	return bars
}
