package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// Limits of a page in Markdown: the summary of a job on GitHub takes 1 MiB and shows
// nothing of a longer one.
const (
	maxMarkdownBytes = 1 << 20
	markdownReserve  = 2 << 10 // for what closes a section and says what is left out
	maxMarkdownRows  = 200     // of a table
)

// writeMarkdown writes a page as the summary of a job on GitHub has it: what is new is
// open, the rest is folded. A long one is cut between two rows of a table.
func writeMarkdown(w io.Writer, r Report) error {
	m := &markdown{left: maxMarkdownBytes - markdownReserve}
	m.add("## " + markdownTitle(&r) + "\n\n")
	m.head(&r)
	m.active(&r)
	m.fold("Suppressed", "| finding | where | why |\n|---|---|---|\n", suppressedRows(r.Assessment.Suppressed))
	m.fold("Fixed", "| finding | where |\n|---|---|\n", knownRows(r.Assessment.Fixed))
	m.fold("Unknown: not seen again, but the scan cannot tell", "| finding | where |\n|---|---|\n", knownRows(r.Assessment.Unknown))
	m.details(&r)
	_, err := io.WriteString(w, m.out.String())
	return err
}

// markdown builds a page of bounded length.
type markdown struct {
	out  strings.Builder
	left int
}

// add writes text if there is room for it, and says whether there was.
func (m *markdown) add(text string) bool {
	if len(text) > m.left {
		return false
	}
	m.left -= len(text)
	m.out.WriteString(text)
	return true
}

func (m *markdown) head(r *Report) {
	if r.isIncomplete() {
		m.add("> This scan is incomplete: " + proseText(incompleteReason(&r.Scan)) + ". What it did not find says nothing.\n\n")
	}
	m.add("| | critical | high | medium | low | info |\n|---|--:|--:|--:|--:|--:|\n")
	if r.compared() {
		m.counts("new", r, func(a *policy.Assessed) bool { return a.New })
		m.counts("known", r, func(a *policy.Assessed) bool { return !a.New })
	} else {
		m.counts("findings", r, func(*policy.Assessed) bool { return true })
	}
	m.add("\n" + strings.Join(markdownFacts(r), " · ") + "\n\n")
	for _, notice := range r.Assessment.Notices[:min(len(r.Assessment.Notices), maxMarkdownRows)] {
		m.add("- " + proseText(notice.String()) + "\n")
	}
	if len(r.Assessment.Notices) > 0 {
		m.add("\n")
	}
}

func markdownTitle(r *Report) string {
	status := r.status()
	sign := map[policy.Status]string{policy.StatusPassed: "🟢", policy.StatusFailed: "🔴", "": "🔵"}[status]
	switch {
	case sign == "":
		sign = "🟡"
	case status == "":
		return fmt.Sprintf("%s Portolan: scan %d", sign, r.Scan.ID)
	case r.Verdict.Failed && r.Why == "":
		var items []string
		for _, match := range r.Verdict.Matched {
			items = append(items, fmt.Sprintf("%s matched %d", codeText(match.Item), match.Count))
		}
		return fmt.Sprintf("%s Portolan: %s — %s", sign, status, strings.Join(items, ", "))
	}
	return fmt.Sprintf("%s Portolan: %s — %s", sign, status, proseText(r.reason()))
}

func (m *markdown) counts(word string, r *Report, which func(*policy.Assessed) bool) {
	var sum engine.Summary
	for i := range r.Assessment.Active {
		if a := &r.Assessment.Active[i]; which(a) {
			sum.Add(a.Finding.Severity, 1)
		}
	}
	m.add(fmt.Sprintf("| %s | %d | %d | %d | %d | %d |\n", word, sum.Critical, sum.High, sum.Medium, sum.Low, sum.Info))
}

// markdownFacts is the line below the counts.
func markdownFacts(r *Report) []string {
	counts := r.Assessment.Counts()
	var facts []string
	if r.compared() {
		facts = append(facts, fmt.Sprintf("**fixed** %d", counts.Fixed))
	}
	if counts.Unknown > 0 {
		facts = append(facts, fmt.Sprintf("**unknown** %d", counts.Unknown))
	}
	if counts.Suppressed > 0 {
		facts = append(facts, fmt.Sprintf("**suppressed** %d%s", counts.Suppressed, nextExpiry(r)))
	}
	facts = append(facts, plural(len(r.Scan.Targets), "target"), plural(r.Scan.Summary.HostsUp, "host")+" up")
	if d := r.duration(); d > 0 {
		facts = append(facts, d.String())
	}
	scan := fmt.Sprintf("scan %d", r.Scan.ID)
	if isLink(r.Link) {
		scan = fmt.Sprintf("[%s](<%s>)", scan, r.Link)
	}
	return append(facts, scan)
}

// nextExpiry is " (1 expires in 9 days)", "" if none does soon.
func nextExpiry(r *Report) string {
	var next *policy.Suppression
	n := 0
	for _, a := range r.Assessment.Suppressed {
		if s := a.Suppression; s.Expiring(r.Assessment.At) {
			if n++; next == nil || s.Expires.Before(next.Expires) {
				next = s
			}
		}
	}
	if next == nil {
		return ""
	}
	if n == 1 {
		return fmt.Sprintf(" (1 expires %s)", next.TimeLeft(r.Assessment.At))
	}
	return fmt.Sprintf(" (%d expire soon, the first %s)", n, next.TimeLeft(r.Assessment.At))
}

// findingsHead heads the table of findings; where they are declared is a column of its
// own if it is known.
func findingsHead(r *Report) string {
	if r.Declared.File != "" {
		return "| severity | finding | where | fix | declared | id |\n|---|---|---|---|---|---|\n"
	}
	return "| severity | finding | where | fix | id |\n|---|---|---|---|---|\n"
}

// active shows what is judged: new findings openly, known ones folded.
func (m *markdown) active(r *Report) {
	list := r.Assessment.Active
	title, fresh, known := "Findings", list, []policy.Assessed(nil)
	if r.compared() {
		title, fresh = "New", nil
		for _, a := range list {
			if a.New {
				fresh = append(fresh, a)
			} else {
				known = append(known, a)
			}
		}
	}
	if len(fresh) > 0 {
		m.add("### " + title + "\n\n")
		m.table(findingsHead(r), findingRows(r, fresh))
		m.add("To set one aside: `" + policy.SuppressCommand(clean(codeSigns.Replace(fresh[0].Finding.Fingerprint), maxShownText), r.Assessment.At) + "`\n\n")
	}
	m.fold("Known", findingsHead(r), findingRows(r, known))
}

// rows gives the rows of a table one by one, and how many there are.
type rows struct {
	count int
	row   func(int) string
}

func findingRows(r *Report, list []policy.Assessed) rows {
	return rows{len(list), func(i int) string {
		f, declared := list[i].Finding, ""
		if r.Declared.File != "" {
			file, line := r.Declared.At(f)
			declared = codeText(fmt.Sprintf("%s:%d", file, line)) + " | "
		}
		return fmt.Sprintf("| %s | %s<br>%s | %s | %s | %s%s |\n",
			proseText(string(f.Severity)), proseText(f.Title), codeText(f.Rule), codeText(findingPlace(f)), proseText(group{list[i]}.remedy()), declared, codeText(f.Fingerprint))
	}}
}

func suppressedRows(list []policy.Assessed) rows {
	return rows{len(list), func(i int) string {
		f, s := list[i].Finding, list[i].Suppression
		why := fmt.Sprintf("%s %s: %s", proseText(string(s.Status)), s.Term(), proseText(s.Reason))
		for _, word := range []string{s.Owner, s.Ticket} {
			if word != "" {
				why += " " + codeText(word)
			}
		}
		return fmt.Sprintf("| %s<br>%s | %s | %s |\n", proseText(f.Title), codeText(f.Rule), codeText(findingPlace(f)), why)
	}}
}

func knownRows(list []policy.Known) rows {
	return rows{len(list), func(i int) string {
		return fmt.Sprintf("| %s<br>%s | %s |\n", proseText(list[i].Title), codeText(list[i].Rule), codeText(knownPlace(&list[i])))
	}}
}

// fold writes a section that opens on a click.
func (m *markdown) fold(title, head string, list rows) {
	if list.count == 0 || !m.add(fmt.Sprintf("<details><summary>%s (%d)</summary>\n\n", title, list.count)) {
		return
	}
	m.table(head, list)
	m.out.WriteString("</details>\n\n") // from the reserve
}

// table writes as many rows as there is room for, and how many are left out.
func (m *markdown) table(head string, list rows) {
	if !m.add(head) {
		return
	}
	shown := 0
	for shown < min(list.count, maxMarkdownRows) && m.add(list.row(shown)) {
		shown++
	}
	more := ""
	if n := list.count - shown; n > 0 {
		more = fmt.Sprintf("\n… and %d more: the json, csv and html reports have them.\n", n)
	}
	m.out.WriteString(more + "\n") // from the reserve
}

// details tells how the scan was made.
func (m *markdown) details(r *Report) {
	lines := []string{
		"- targets: " + codeText(targetList(r.Scan.Targets)),
		"- ports: " + codeText(string(r.Scan.Ports)),
		fmt.Sprintf("- open ports: %d, tasks that failed: %d", r.summary().OpenPorts, r.Scan.Summary.TasksFailed),
	}
	if r.Verdict.Policy != "" {
		lines = append(lines, "- policy: "+codeText(r.Verdict.Policy))
	}
	if r.compared() {
		lines = append(lines, "- baseline: "+codeText(r.Assessment.Baseline))
	}
	if !r.Scan.CreatedAt.IsZero() {
		lines = append(lines, "- started: "+r.Scan.CreatedAt.UTC().Format(time.DateTime)+" UTC")
	}
	lines = append(lines, "- Portolan "+codeText(r.Version))
	m.add("<details><summary>Scan details</summary>\n\n" + strings.Join(lines, "\n") + "\n\n</details>\n")
}
