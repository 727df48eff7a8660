package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// How much a table shows: what fits a screen or two. The other formats have all.
const (
	defaultWidth = 100
	minWidth     = 40
	maxPortRows  = 40
	maxGroups    = 30
	maxPlaces    = 4
)

func writeTable(w io.Writer, r Report) error {
	t := table{paint: painter(r.Terminal.Color), width: r.Terminal.Width}
	if t.width == 0 {
		t.width = defaultWidth
	}
	t.width = max(t.width, minWidth)
	t.head(&r)
	t.ports(r.Ports)
	t.findings(&r)
	t.verdict(&r)
	_, err := io.WriteString(w, t.out.String())
	return err
}

// table builds the page. Each line begins with words or space of ours and a line's
// text is cut before it is painted.
type table struct {
	out   strings.Builder
	paint painter
	width int
}

func (t *table) line(indent int, text string) {
	t.out.WriteString(strings.Repeat(" ", indent))
	t.out.WriteString(fit(text, t.width-indent))
	t.out.WriteByte('\n')
}

func (t *table) head(r *Report) {
	title := fmt.Sprintf("Scan %d", r.Scan.ID)
	if label := clean(r.Scan.Label, maxShownText); label != "" {
		title += " · " + label
	}
	t.out.WriteString(t.paint.bold(fit(title, t.width)) + "\n")
	sum := r.summary()
	facts := fmt.Sprintf("%s: %s, %s up, %s", r.Scan.Status(), plural(len(r.Scan.Targets), "target"), plural(sum.HostsUp, "host"), plural(sum.OpenPorts, "open port"))
	if d := r.duration(); d > 0 {
		facts += ", in " + d.String()
	}
	t.line(0, facts)
	if sum.TasksFailed > 0 {
		t.line(0, fmt.Sprintf("%s of the scan could not be completed: what it did not find says nothing", plural(sum.TasksFailed, "part")))
	}
}

func (t *table) ports(ports []Port) {
	t.out.WriteString("\n" + t.paint.bold("Open ports") + "\n")
	if len(ports) == 0 {
		t.line(2, "none")
		return
	}
	shown := ports[:min(len(ports), maxPortRows)]
	places, services := 0, 0
	for _, p := range shown {
		places = max(places, columns(p.place()))
		services = max(services, columns(service(p)))
	}
	places, services = min(places, t.width/2), min(services, t.width/5)
	for _, p := range shown {
		t.line(2, strings.TrimRight(pad(p.place(), places)+"  "+pad(service(p), services)+"  "+p.software(), " "))
	}
	t.more(len(ports) - len(shown))
}

// service names the protocol; UDP is said unless the name does, as TCP is what is
// expected.
func service(p Port) string {
	name := clean(p.Protocol, maxShownText)
	if name == "" {
		name = "unknown"
	}
	if p.Transport == engine.UDP && !strings.HasSuffix(name, "_udp") {
		name += "/udp"
	}
	return name
}

func (t *table) findings(r *Report) {
	const title = "Findings"
	t.out.WriteString("\n" + t.paint.bold(title) + "  " + t.counts(r.summary(), t.width-len(title)-2) + "\n")
	groups := groupByRule(r.Findings)
	shown := groups[:min(len(groups), maxGroups)]
	for _, g := range shown {
		t.group(g)
	}
	t.more(len(groups) - len(shown))
}

// counts is "1 critical · 0 high · …", the severities that occur in their colour;
// plain where it has to be cut.
func (t *table) counts(sum engine.Summary, width int) string {
	if sum.Total == 0 {
		return "none"
	}
	var plain, painted []string
	for _, s := range severityCounts(sum) {
		text := fmt.Sprintf("%d %s", s.Count, s.Severity)
		plain = append(plain, text)
		if s.Count > 0 {
			text = t.paint.severity(s.Severity, text)
		}
		painted = append(painted, text)
	}
	const between = " · "
	if text := strings.Join(plain, between); columns(text) > width {
		return fit(text, width)
	}
	return strings.Join(painted, between)
}

// group writes the rule on one line, where it was found on the next, and what to
// do on a third if it is worth doing soon.
func (t *table) group(g group) {
	const indent = 12 // two, the longest severity, two
	word := pad(strings.ToUpper(clean(string(g.severity), 8)), 8)
	rule := clean(g.rule, maxShownText)
	title := max(minWidth/2, t.width-indent-columns(rule)-2)
	t.out.WriteString("  " + t.paint.severity(g.severity, word) + "  ")
	t.out.WriteString(fit(pad(clean(g.title, maxShownText), title)+"  "+rule, t.width-indent) + "\n")
	t.line(indent, "at "+g.where())
	if g.severity.AtLeast(engine.High) && g.remedy != "" {
		t.line(indent, "fix: "+g.remedy)
	}
}

func (t *table) more(n int) {
	if n > 0 {
		t.line(2, fmt.Sprintf("… and %d more: the json and html reports have all", n))
	}
}

func (t *table) verdict(r *Report) {
	status := r.status()
	if status == "" {
		return
	}
	word := strings.ToUpper(string(status))
	why := "nothing matched " + r.Verdict.Policy
	switch {
	case r.Verdict.Failed:
		why = r.reason()
	case status == policy.StatusIncomplete:
		why = incompleteReason(&r.Scan)
	}
	t.out.WriteString("\n" + t.paint.status(status, word) + "  " + fit(clean(why, maxShownText), max(minWidth/2, t.width-len(word)-2)) + "\n")
}

// incompleteReason says why no findings are no good news.
func incompleteReason(scan *engine.Scan) string {
	switch {
	case scan.Status() == engine.StatusFailed:
		return "the scan failed: " + scan.LastStep()
	case scan.Summary.TasksFailed > 0:
		return "parts of the scan could not be completed"
	}
	return "no host answered"
}
