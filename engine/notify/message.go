package notify

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// message is a notice in words, for people: each text is one line without control
// characters, whatever scanned hosts have said.
type message struct {
	title string
	facts []string // "Scan: 7 (nightly)"
	items []string // one for each issue
}

// messageOf says a notice in words.
func messageOf(n engine.Notice) message {
	m := message{title: line("Portolan: " + titleOf(n))}
	if s := n.Scan; s != nil {
		m.fact("Scan", fmt.Sprintf("%d (%s), %s", s.ID, s.Label, s.Status))
		m.fact("Last step", s.LastStep)
		m.fact("Targets", targetsOf(s))
		m.fact("Found", fmt.Sprintf("%d open ports, %d findings: %d critical, %d high, %d medium, %d low, %d info",
			s.Summary.OpenPorts, s.Summary.Total, s.Summary.Critical, s.Summary.High, s.Summary.Medium, s.Summary.Low, s.Summary.Info))
	}
	if s := n.Schedule; s != nil {
		m.fact("Schedule", fmt.Sprintf("%d (%s)", s.ID, s.Name))
		m.fact("Planned for", moment(s.PlannedAt))
		m.fact("Why", s.Reason)
		m.fact("Next run", moment(s.NextRunAt))
	}
	m.fact("At", moment(&n.At))
	for _, i := range n.Issues {
		m.items = append(m.items, line(fmt.Sprintf("[%s] %s: %s on %s (issue %d, %s)", i.Severity, i.Rule, i.Title, placeOf(i), i.ID, i.State)))
	}
	if n.Counts != nil && n.Counts.Total > len(n.Issues) {
		m.items = append(m.items, fmt.Sprintf("… and %d more", n.Counts.Total-len(n.Issues)))
	}
	return m
}

func (m *message) fact(name, text string) {
	if text != "" {
		m.facts = append(m.facts, line(name+": "+text))
	}
}

func titleOf(n engine.Notice) string {
	switch n.Event {
	case engine.NoticeScanDone:
		return fmt.Sprintf("scan %q is done with %d findings", n.Scan.Label, n.Scan.Summary.Total)
	case engine.NoticeScanFailed:
		return fmt.Sprintf("scan %q has failed", n.Scan.Label)
	case engine.NoticeScanCancelled:
		return fmt.Sprintf("scan %q was cancelled", n.Scan.Label)
	case engine.NoticeFindingsNew:
		return fmt.Sprintf("scan %q found %d new issues", n.Scan.Label, n.Counts.Total)
	case engine.NoticeIssueNew, engine.NoticeIssueRevived:
		return fmt.Sprintf("%s issue: %s", map[bool]string{true: "new", false: "revived"}[n.Event == engine.NoticeIssueNew], n.Issues[0].Title)
	case engine.NoticeScheduleFailed:
		return fmt.Sprintf("schedule %q has failed", n.Schedule.Name)
	case engine.NoticeTest:
		return "this is a test"
	}
	return string(n.Event)
}

func targetsOf(s *engine.NoticeScan) string {
	words := make([]string, len(s.Targets))
	for i, t := range s.Targets {
		words[i] = string(t)
	}
	if s.TargetsAll > len(words) {
		words = append(words, fmt.Sprintf("… (%d in all)", s.TargetsAll))
	}
	return strings.Join(words, ", ")
}

func placeOf(i engine.NoticeIssue) string {
	if i.URI != "" {
		return i.URI
	}
	return fmt.Sprintf("%s:%d/%s", cmp.Or(i.Host, i.IP, string(i.Target)), i.Port, i.Transport)
}

func moment(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format("2006-01-02 15:04:05 UTC")
}

// maxLine is how long a line is at most, in characters.
const maxLine = 500

// line makes one line of text: what controls a terminal, breaks lines or turns the
// direction of writing is a space.
func line(text string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return cut(clean, maxLine)
}
