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
	"slices"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// Report is everything a page can show. Lists may be in any order.
type Report struct {
	Scan     engine.Scan
	Findings []engine.Finding
	Ports    []Port         // see [Ports]
	Verdict  policy.Verdict // the zero Verdict: nothing was judged
	Version  string         // of the program

	Declared Declared // for sarif
	Category string   // for sarif: tells runs of one repository apart, "portolan/" if empty
	Terminal Terminal // for table
}

// Declared is the line of a repository that declares the targets: what an alert
// points to, as a scanned host has no line.
type Declared struct {
	File string // relative to the repository's root; "portolan" if empty
	Line int    // from 1; 1 if zero
}

// Terminal says what the reader's terminal can show.
type Terminal struct {
	Width int  // columns; 100 if zero
	Color bool // ANSI colours
}

// formats lists every format once.
func formats() []format {
	return []format{{"table", writeTable}, {"json", writeJSON}, {"sarif", writeSARIF}, {"html", writeHTML}}
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
		r.Findings = worstFirst(r.Findings)
		r.Ports = slices.SortedFunc(slices.Values(r.Ports), Port.compare)
		if err := f.write(w, r); err != nil {
			return fmt.Errorf("write %s report: %w", format, err)
		}
		return nil
	}
	return &engine.Error{
		Kind: engine.Invalid, Title: "Format is not valid", Field: "format",
		Detail: fmt.Sprintf("%q is not a format of a report", format),
		Hint:   "write one of " + strings.Join(Formats(), ", "),
	}
}

// worstFirst sorts a copy by severity, then by place, so that reports of the same
// findings are the same.
func worstFirst(findings []engine.Finding) []engine.Finding {
	return slices.SortedFunc(slices.Values(findings), func(a, b engine.Finding) int {
		return cmp.Or(
			b.Severity.Rank()-a.Severity.Rank(), strings.Compare(a.Rule, b.Rule), compareHosts(a.Host, b.Host),
			a.Port-b.Port, strings.Compare(a.Path, b.Path), strings.Compare(a.Fingerprint, b.Fingerprint),
		)
	})
}

// summary counts the findings of the report, which may be fewer than the scan's.
func (r *Report) summary() engine.Summary {
	sum := engine.Summary{HostsUp: r.Scan.Summary.HostsUp, OpenPorts: max(r.Scan.Summary.OpenPorts, len(r.Ports)), TasksFailed: r.Scan.Summary.TasksFailed}
	for i := range r.Findings {
		sum.Add(r.Findings[i].Severity, 1)
	}
	return sum
}

// status is the word for the whole run; "" when nothing was judged.
func (r *Report) status() policy.Status {
	if r.Verdict.Policy == "" {
		return ""
	}
	status, _ := policy.Conclude(r.Scan, r.Verdict)
	return status
}

// reason is why the policy failed: "high matched 3, rule:redis.* matched 1".
func (r *Report) reason() string {
	parts := make([]string, 0, len(r.Verdict.Matched))
	for _, m := range r.Verdict.Matched {
		parts = append(parts, fmt.Sprintf("%s matched %d", m.Item, m.Count))
	}
	return strings.Join(parts, ", ")
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
