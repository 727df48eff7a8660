package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// diffFormats lists every format of a comparison once.
func diffFormats() []diffFormat {
	return []diffFormat{{"table", writeDiffTable}, {"json", writeDiffJSON}, {"markdown", writeDiffMarkdown}}
}

type diffFormat struct {
	name  string
	write func(io.Writer, engine.Diff, Terminal) error
}

// DiffFormats lists the names that [WriteDiff] knows, the default first.
func DiffFormats() []string {
	names := make([]string, 0, len(diffFormats()))
	for _, f := range diffFormats() {
		names = append(names, f.name)
	}
	return names
}

// WriteDiff writes what changed between two scans in one of [DiffFormats]. Another
// name is an [engine.Invalid] [engine.Error] and nothing is written; other errors are w's.
func WriteDiff(w io.Writer, format string, d engine.Diff, terminal Terminal) error {
	for _, f := range diffFormats() {
		if f.name != format {
			continue
		}
		if err := f.write(w, d, terminal); err != nil {
			return fmt.Errorf("write %s comparison: %w", format, err)
		}
		return nil
	}
	return unknownFormat(format, DiffFormats())
}

func writeDiffJSON(w io.Writer, d engine.Diff, _ Terminal) error {
	j := newJSONWriter(w)
	j.element(d)
	return j.end()
}

// change is one line of a comparison. Its texts are not clean.
type change struct {
	severity engine.Severity // "" for a port and a service
	what     string
	place    string
	id       string
}

// changes are those of one kind.
type changes struct {
	title string
	sign  string // before each line of a table
	list  []change
}

// sections lists what changed, in the order it is read.
func sections(d *engine.Diff) []changes {
	return []changes{
		{"New findings", "+", findingChanges(d.New)},
		{"Changed findings", "~", changedFindings(d.Changed)},
		{"Fixed findings", "-", findingChanges(d.Fixed)},
		{"Unknown findings: not seen again, but the scan cannot tell", "?", findingChanges(d.Unknown)},
		{"Suppressed findings: they would be new", "x", suppressedChanges(d.Suppressed)},
		{"Changed services", "~", serviceChanges(d.ChangedServices)},
		{"Opened ports", "+", portChanges(d.OpenedPorts)},
		{"Closed ports", "-", portChanges(d.ClosedPorts)},
		{"Unknown ports: not seen again, but the scan cannot tell", "?", portChanges(d.UnknownPorts)},
	}
}

func findingChanges(findings []engine.Finding) []change {
	var list []change
	for i := range findings {
		f := &findings[i]
		list = append(list, change{f.Severity, f.Title, findingPlace(f), f.Fingerprint})
	}
	return list
}

// suppressedChanges says why each is no news.
func suppressedChanges(findings []engine.Finding) []change {
	list := findingChanges(findings)
	for i := range findings {
		if d := findings[i].Decision; d != nil {
			list[i].what += fmt.Sprintf(" (%s: %s)", d.State, d.Reason)
		}
	}
	return list
}

func changedFindings(changed []engine.ChangedFinding) []change {
	var list []change
	for i := range changed {
		f := &changed[i].Now
		what := f.Title + " (other evidence)"
		if before := changed[i].Before.Severity; before != f.Severity {
			what = f.Title + " (was " + string(before) + ")"
		}
		list = append(list, change{f.Severity, what, findingPlace(f), f.Fingerprint})
	}
	return list
}

func portChanges(ports []engine.Endpoint) []change {
	var list []change
	for _, e := range ports {
		list = append(list, change{place: endpointPlace(e)})
	}
	return list
}

func serviceChanges(changed []engine.ChangedService) []change {
	var list []change
	for i := range changed {
		c := &changed[i]
		list = append(list, change{place: endpointPlace(c.Endpoint) + ": " + serviceName(c.Before) + " → " + serviceName(c.Now)})
	}
	return list
}

// endpointPlace is "192.0.2.1:80/tcp", behind the name if it has one.
func endpointPlace(e engine.Endpoint) string {
	place := e.String() + "/" + e.Transport
	if host := e.Host(); host != e.Addr.String() {
		place = host + " " + place
	}
	return place
}

// serviceName is "http nginx 1.24.0".
func serviceName(s engine.Service) string {
	return clean(strings.Join([]string{s.Protocol, s.Product, s.Version}, " "), maxShownText)
}

// summaryOf says how much changed in one line, and nothing of what did not.
func summaryOf(d *engine.Diff) string {
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{
		{len(d.New), "new"}, {len(d.Changed), "changed"}, {len(d.Fixed), "fixed"}, {len(d.Unknown), "unknown"}, {len(d.Suppressed), "suppressed"}, {d.Unchanged, "unchanged"},
		{len(d.ChangedServices), "changed services"}, {len(d.OpenedPorts), "opened ports"}, {len(d.ClosedPorts), "closed ports"}, {len(d.UnknownPorts), "unknown ports"},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing was found in either")
}

// incompleteDiff is said of a comparison with a scan that cannot tell what is gone.
const incompleteDiff = "The later scan is incomplete: nothing counts as fixed or closed."

func writeDiffTable(w io.Writer, d engine.Diff, terminal Terminal) error {
	t := newTable(terminal)
	t.out.WriteString(t.paint.bold(fmt.Sprintf("Scan %d compared with scan %d", d.Scan, d.Base)) + "\n")
	t.line(0, summaryOf(&d))
	if !d.Complete {
		t.line(0, incompleteDiff)
	}
	for _, section := range sections(&d) {
		if len(section.list) == 0 {
			continue
		}
		t.heading(section.title, fmt.Sprint(len(section.list)))
		shown := section.list[:min(len(section.list), maxPortRows)]
		for i := range shown {
			t.change(section.sign, &shown[i])
		}
		if n := len(section.list) - len(shown); n > 0 {
			t.line(2, fmt.Sprintf("… and %d more: --format json has all", n))
		}
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

// change writes a finding on two lines, or a port on one.
func (t *table) change(sign string, c *change) {
	if c.what == "" {
		t.line(2, sign+" "+clean(c.place, maxShownText))
		return
	}
	word := pad(strings.ToUpper(clean(string(c.severity), 8)), 8)
	t.out.WriteString("  " + sign + " " + t.paint.severity(c.severity, word) + "  ")
	t.out.WriteString(fit(clean(c.what, maxShownText), t.width-14) + "\n")
	id := clean(c.id, maxShownText)
	t.line(14, pad("at "+clean(c.place, maxShownText), max(minWidth/4, t.width-14-columns(id)-2))+"  "+id)
}

func writeDiffMarkdown(w io.Writer, d engine.Diff, _ Terminal) error {
	m := &markdown{left: maxMarkdownBytes - markdownReserve}
	m.add(fmt.Sprintf("## Scan %d compared with scan %d\n\n%s\n\n", d.Scan, d.Base, summaryOf(&d)))
	if !d.Complete {
		m.add("> " + incompleteDiff + "\n\n")
	}
	for _, section := range sections(&d) {
		if len(section.list) > 0 && m.add(fmt.Sprintf("### %s (%d)\n\n", section.title, len(section.list))) {
			m.table(changeHead(section.list), changeRows(section.list))
		}
	}
	_, err := io.WriteString(w, m.out.String())
	return err
}

func changeHead(list []change) string {
	if list[0].what == "" {
		return "| port |\n|---|\n"
	}
	return "| severity | finding | where | id |\n|---|---|---|---|\n"
}

func changeRows(list []change) rows {
	return rows{len(list), func(i int) string {
		c := &list[i]
		if c.what == "" {
			return "| " + codeText(c.place) + " |\n"
		}
		return fmt.Sprintf("| %s | %s | %s | %s |\n", proseText(string(c.severity)), proseText(c.what), codeText(c.place), codeText(c.id))
	}}
}
