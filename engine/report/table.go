package report

import (
	"fmt"
	"io"
	"strings"
	"time"

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
	maxAside     = 10 // of each of fixed and suppressed
)

func writeTable(w io.Writer, r Report) error {
	t := newTable(r.Terminal)
	t.head(&r)
	t.ports(r.Ports)
	t.findings(&r)
	t.gone("Fixed", r.Assessment.Fixed, "since "+r.Assessment.Baseline)
	t.gone("Unknown", r.Assessment.Unknown, "not seen again, but the scan cannot tell")
	t.suppressed(&r)
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

func newTable(terminal Terminal) *table {
	width := terminal.Width
	if width == 0 {
		width = defaultWidth
	}
	return &table{paint: painter(terminal.Color), width: max(width, minWidth)}
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
	groups := groupByRule(r.Assessment.Active)
	shown := groups[:min(len(groups), maxGroups)]
	for _, g := range shown {
		t.group(g, r.compared())
	}
	t.more(len(groups) - len(shown))
	if len(groups) > 0 {
		t.suppressCommand(groups[0].first(), r.Assessment.At)
	}
}

// suppressCommand shows the line to paste, in two where one would be cut.
func (t *table) suppressCommand(f *engine.Finding, at time.Time) {
	const lead = "to set one aside: "
	command := policy.SuppressCommand(clean(f.Fingerprint, maxShownText), at)
	if 2+columns(lead+command) <= t.width {
		t.line(2, lead+command)
		return
	}
	first, second, _ := strings.Cut(command, " --reason")
	t.line(2, strings.TrimSpace(lead))
	t.line(4, first+" \\")
	t.line(4, "--reason"+second)
}

// gone lists what the baseline has and the scan did not find.
func (t *table) gone(title string, list []policy.Known, why string) {
	if len(list) == 0 {
		return
	}
	t.heading(title, fmt.Sprintf("%d %s", len(list), clean(why, maxShownText)))
	shown := list[:min(len(list), maxAside)]
	for i := range shown {
		t.aside(clean(shown[i].Rule, maxShownText), "at "+knownPlace(&shown[i]))
	}
	t.more(len(list) - len(shown))
}

// suppressed lists what was set aside, and why.
func (t *table) suppressed(r *Report) {
	list := r.Assessment.Suppressed
	if len(list) == 0 {
		return
	}
	t.heading("Suppressed", fmt.Sprint(len(list)))
	shown := list[:min(len(list), maxAside)]
	for i := range shown {
		t.aside(clean(shown[i].Finding.Rule, maxShownText), "at "+findingPlace(shown[i].Finding))
		t.line(4, suppressionText(shown[i].Suppression))
	}
	t.more(len(list) - len(shown))
}

func (t *table) heading(title, rest string) {
	t.out.WriteString("\n" + t.paint.bold(title) + "  " + fit(rest, t.width-len(title)-2) + "\n")
}

// aside is one line about a finding that is not judged.
func (t *table) aside(rule, place string) {
	t.line(2, pad(rule, min(28, t.width/3))+"  "+place)
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

// group writes the rule on one line, where it was found on the next ones, then what was
// seen at the first of these, and on the last what to do: what is worth doing soon.
func (t *table) group(g group, compared bool) {
	const indent = 12 // two, the longest severity, two
	f := g.first()
	word := pad(strings.ToUpper(clean(string(f.Severity), 8)), 8)
	rule := clean(f.Rule, maxShownText)
	title := max(minWidth/2, t.width-indent-columns(rule)-2)
	t.out.WriteString("  " + t.paint.severity(f.Severity, word) + "  ")
	t.out.WriteString(fit(pad(clean(f.Title, maxShownText), title)+"  "+rule, t.width-indent) + "\n")
	shown := g[:min(len(g), maxPlaces)]
	for i := range shown {
		t.place(indent, &shown[i], compared)
	}
	if n := len(g) - len(shown); n > 0 {
		t.line(indent, fmt.Sprintf("and %d more", n))
	}
	if saw := oneLine(cleanLines(f.Evidence, maxShownEvidence)); saw != "" && f.Severity.AtLeast(engine.Medium) {
		t.line(indent, "saw: "+saw)
	}
	if f.Severity.AtLeast(engine.High) && g.remedy() != "" {
		t.line(indent, "fix: "+g.remedy())
	}
}

// oneLine puts lines side by side, without the space they are indented by.
func oneLine(lines []string) string {
	return strings.Join(strings.Fields(strings.Join(lines, " · ")), " ")
}

// place writes where a finding is, and its id at the right, which is what it is
// suppressed by.
func (t *table) place(indent int, a *policy.Assessed, compared bool) {
	right := clean(a.Finding.Fingerprint, maxShownText)
	if compared {
		right = pad(string(stateOf(a)), len(stateKnown)) + "  " + right
	}
	left := max(minWidth/4, t.width-indent-columns(right)-2)
	t.line(indent, pad("at "+findingPlace(a.Finding), left)+"  "+right)
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
	why := clean(r.reason(), maxShownText)
	if text := r.compareText(); text != "" {
		why += " · " + text
	}
	t.out.WriteString("\n" + t.paint.status(status, word) + "  " + fit(why, max(minWidth/2, t.width-len(word)-2)) + "\n")
}
