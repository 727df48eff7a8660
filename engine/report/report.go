// Package report writes what a scan found as a page: a table for a terminal, JSON
// and SARIF for programs, HTML for people. Begin with [Write].
//
// It judges nothing, opens no file and asks no engine: its input is a [Report].
// Text from a scanned host is hostile: every format shows it without control
// and direction characters, in bounds, and never as markup or a command.
package report

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanfile"
)

// Report is everything a page can show. Lists may be in any order.
type Report struct {
	Scan       engine.Scan
	Assessment policy.Assessment // what was found, and what became of it
	Ports      []Port            // see [Ports]
	Verdict    policy.Verdict    // the zero Verdict: nothing was judged
	Earlier    []engine.Scan     // of the same targets, for the trend of html
	Version    string            // of the program
	Link       string            // where the scan can be looked at; "" if nowhere

	// How the run ended and why, where its caller knows more than scan and verdict tell:
	// that the time ran out, or that a target cannot be reached. "" if it does not.
	Ended policy.Status
	Why   string

	Declared Declared // for markdown, sarif and junit
	Category string   // for sarif: tells runs of one repository apart, "portolan/" if empty
	Terminal Terminal // for table
}

// Declared is the line of a repository that declares the targets: what an alert
// points to, as a scanned host has no line.
type Declared struct {
	File string // relative to the repository's root; "portolan" if empty
	Line int    // from 1; 1 if zero
	// Lines is where targets stand that do not stand in Line, by their canonical form.
	Lines map[engine.Target]int
}

// DeclaredBy says where each target of a scan file stands.
func DeclaredBy(file scanfile.File) Declared {
	d := Declared{File: filepath.ToSlash(file.Name), Line: 1, Lines: map[engine.Target]int{}}
	for i, target := range file.Request.Targets {
		d.Lines[target.Canonical()] = file.Line(target)
		if i == 0 {
			d.Line = file.Line(target)
		}
	}
	return d
}

// At is the file and line that declare the target of a finding.
func (d Declared) At(f *engine.Finding) (file string, line int) {
	return d.File, max(d.line(f), 1)
}

// line is where the target of a finding stands: the target itself, else the network
// that holds its address.
func (d Declared) line(f *engine.Finding) int {
	if line, ok := d.Lines[f.Target.Canonical()]; ok {
		return line
	}
	addr, err := netip.ParseAddr(f.IP)
	if err != nil || len(d.Lines) == 0 {
		return d.Line
	}
	for bits := addr.Unmap().BitLen(); bits >= 0; bits-- {
		network, _ := addr.Unmap().WithZone("").Prefix(bits) // the length fits the family
		if line, ok := d.Lines[engine.Target(network.String()).Canonical()]; ok {
			return line
		}
	}
	return d.Line
}

// Terminal says what the reader's terminal can show.
type Terminal struct {
	Width int  // columns; 100 if zero
	Color bool // ANSI colours
}

// formats lists every format once.
func formats() []format {
	return []format{{"table", writeTable}, {"json", writeJSON}, {"jsonl", writeJSONLines}, {"csv", writeCSV}, {"markdown", writeMarkdown}, {"junit", writeJUnit}, {"sarif", writeSARIF}, {"html", writeHTML}}
}

type format struct {
	name  string
	write func(io.Writer, Report) error
}

// Formats lists the names that [Write] knows, the default first.
func Formats() []string {
	names := make([]string, 0, len(formats()))
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Write writes r to w in one of [Formats]. Another name is an [engine.Invalid]
// [engine.Error] and nothing is written; other errors are w's. The same report
// gives the same bytes.
func Write(w io.Writer, format string, r Report) error {
	for _, f := range formats() {
		if f.name != format {
			continue
		}
		r.Assessment.Active = worstFirst(r.Assessment.Active)
		r.Assessment.Suppressed = worstFirst(r.Assessment.Suppressed)
		r.Assessment.Fixed = worstKnown(r.Assessment.Fixed)
		r.Assessment.Unknown = worstKnown(r.Assessment.Unknown)
		r.Ports = slices.SortedFunc(slices.Values(r.Ports), Port.compare)
		if err := f.write(w, r); err != nil {
			return fmt.Errorf("write %s report: %w", format, err)
		}
		return nil
	}
	return unknownFormat(format, Formats())
}

func unknownFormat(format string, known []string) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: "Format is not valid", Field: "format",
		Detail: fmt.Sprintf("%q is not a format of it", format),
		Hint:   engine.Meant(format, known, "write one of "+strings.Join(known, ", ")),
	}
}

// worstFirst sorts a copy by severity, then by rule with what is new first, then by
// place, so that reports of the same findings are the same.
func worstFirst(findings []policy.Assessed) []policy.Assessed {
	return slices.SortedFunc(slices.Values(findings), func(x, y policy.Assessed) int {
		a, b := x.Finding, y.Finding
		return cmp.Or(
			b.Severity.Rank()-a.Severity.Rank(), strings.Compare(string(a.Severity), string(b.Severity)), strings.Compare(a.Rule, b.Rule),
			newFirst(x, y), compareHosts(a.Host, b.Host),
			a.Port-b.Port, strings.Compare(a.Path, b.Path), strings.Compare(a.Fingerprint, b.Fingerprint),
		)
	})
}

func newFirst(x, y policy.Assessed) int {
	switch {
	case x.New == y.New:
		return 0
	case x.New:
		return -1
	}
	return 1
}

func worstKnown(list []policy.Known) []policy.Known {
	return slices.SortedFunc(slices.Values(list), func(a, b policy.Known) int {
		return cmp.Or(
			b.Severity.Rank()-a.Severity.Rank(), strings.Compare(a.Rule, b.Rule), compareHosts(string(a.Target), string(b.Target)),
			a.Port-b.Port, strings.Compare(a.Path, b.Path), strings.Compare(a.Fingerprint, b.Fingerprint),
		)
	})
}

// findings yields what is active and then what is suppressed.
func (r *Report) findings() iter.Seq[*policy.Assessed] {
	return func(yield func(*policy.Assessed) bool) {
		for _, list := range [][]policy.Assessed{r.Assessment.Active, r.Assessment.Suppressed} {
			for i := range list {
				if !yield(&list[i]) {
					return
				}
			}
		}
	}
}

// compared reports whether there was a baseline: without one, that all is new is
// not worth a word.
func (r *Report) compared() bool { return r.Assessment.Baseline != "" }

// summary counts the findings that are active.
func (r *Report) summary() engine.Summary {
	sum := engine.Summary{HostsUp: r.Scan.Summary.HostsUp, OpenPorts: max(r.Scan.Summary.OpenPorts, len(r.Ports)), TasksFailed: r.Scan.Summary.TasksFailed}
	for _, a := range r.Assessment.Active {
		sum.Add(a.Finding.Severity, 1)
	}
	return sum
}

// status is the word for the whole run; "" when nothing was judged.
func (r *Report) status() policy.Status {
	if r.Ended != "" {
		return r.Ended
	}
	if r.Verdict.Policy == "" {
		return ""
	}
	status, _ := policy.Conclude(r.Scan, r.Verdict)
	return status
}

// reason is why the run ended as it did: "high matched 3, rule:redis.* matched 1".
func (r *Report) reason() string {
	if r.Why != "" {
		return r.Why
	}
	if !r.Verdict.Failed {
		if r.status() == policy.StatusIncomplete {
			return incompleteReason(&r.Scan)
		}
		return "nothing matched " + r.Verdict.Policy
	}
	parts := make([]string, 0, len(r.Verdict.Matched))
	for _, m := range r.Verdict.Matched {
		parts = append(parts, fmt.Sprintf("%s matched %d", m.Item, m.Count))
	}
	return strings.Join(parts, ", ")
}

// isIncomplete reports whether the scan has ended and what it did not find says nothing.
func (r *Report) isIncomplete() bool { return r.Scan.Status().Final() && !r.Scan.Complete() }

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

// compareText is "2 new, 1 known, 1 fixed, 3 suppressed": what there is to be said of it.
func (r *Report) compareText() string {
	counts := r.Assessment.Counts()
	var parts []string
	if r.compared() {
		parts = append(parts, fmt.Sprintf("%d new, %d known, %d fixed", counts.New, counts.Known, counts.Fixed))
	}
	if counts.Unknown > 0 {
		parts = append(parts, fmt.Sprintf("%d unknown", counts.Unknown))
	}
	if counts.Suppressed > 0 {
		parts = append(parts, fmt.Sprintf("%d suppressed", counts.Suppressed))
	}
	return strings.Join(parts, ", ")
}

// Conclusion is how the run ended in one line: "FAILED: high matched 3 · 2 new, 1
// known, 0 fixed · 8 findings · 1m12s"; without its first part when nothing was judged.
func Conclusion(r Report) string {
	var parts []string
	if status := r.status(); status != "" {
		parts = append(parts, strings.ToUpper(string(status))+": "+clean(r.reason(), maxShownText))
	}
	if text := r.compareText(); text != "" {
		parts = append(parts, text)
	}
	parts = append(parts, plural(len(r.Assessment.Active), "finding"))
	if d := r.duration(); d > 0 {
		parts = append(parts, d.String())
	}
	return strings.Join(parts, " · ")
}

// duration is how long the scan ran; 0 while it does.
func (r *Report) duration() time.Duration {
	if r.Scan.StartedAt == nil || r.Scan.EndedAt == nil {
		return 0
	}
	d := r.Scan.EndedAt.Sub(*r.Scan.StartedAt)
	if d < time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(100 * time.Millisecond)
}

// plural gives "1 host" and "2 hosts".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
