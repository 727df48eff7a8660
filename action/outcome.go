package action

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// Output is one output of action.yml.
type Output struct {
	Name    string
	Meaning string // one sentence, the description in action.yml
	value   func(*outcome) string
}

// Outputs lists every output once. All are set on every path; what is not known, as the
// number of findings of a scan that could not be started, is empty.
func Outputs() []Output {
	severity := func(of func(engine.Summary) int) func(*outcome) string {
		return func(o *outcome) string { return o.number(of(o.summary())) }
	}
	file := func(format string) func(*outcome) string {
		return func(o *outcome) string { return o.files[format] }
	}
	return []Output{
		{"status", "passed, pending, failed, incomplete, timed-out, error or cancelled.", func(o *outcome) string { return string(o.status) }},
		{"exit-code", "0, 10 failed, 11 incomplete, 12 timed-out, 13 refused, 64 bad input, 70 internal, 130 cancelled.", func(o *outcome) string { return strconv.Itoa(int(o.exit)) }},
		{"reason", "Why, in a sentence: the rule of the policy that matched, or what went wrong.", func(o *outcome) string { return pages.Clean(o.reason, maxReason) }},
		{"scan-id", "Number of the scan.", func(o *outcome) string { return idText(o.report.Scan.ID) }},
		{"scan-url", "Where a server has the scan.", func(o *outcome) string { return o.report.Link }},
		{"index-id", "Number of the index that has the scan's responses, if there are any.", (*outcome).index},
		{"total", "Findings that are not suppressed.", severity(func(s engine.Summary) int { return s.Total })},
		{"critical", "Critical findings.", severity(func(s engine.Summary) int { return s.Critical })},
		{"high", "High findings.", severity(func(s engine.Summary) int { return s.High })},
		{"medium", "Medium findings.", severity(func(s engine.Summary) int { return s.Medium })},
		{"low", "Low findings.", severity(func(s engine.Summary) int { return s.Low })},
		{"info", "Findings that are only worth knowing.", severity(func(s engine.Summary) int { return s.Info })},
		{"new", "Findings that the baseline does not know; without a baseline all are new.", func(o *outcome) string { return o.number(o.report.Assessment.Counts().New) }},
		{"fixed", "Findings of the baseline that are gone.", func(o *outcome) string { return o.number(o.report.Assessment.Counts().Fixed) }},
		{"suppressed", "Findings that are set aside, which no other number counts.", func(o *outcome) string { return o.number(o.report.Assessment.Counts().Suppressed) }},
		{"targets-scanned", "Targets that answered.", func(o *outcome) string { return o.number(len(o.report.Scan.Targets) - len(o.unreachable)) }},
		{"targets-unreachable", "Targets of which nothing answered.", func(o *outcome) string { return o.number(len(o.unreachable)) }},
		{"duration-seconds", "How long the step took.", func(o *outcome) string { return fmt.Sprintf("%.1f", o.took.Seconds()) }},
		{"sarif-file", "Report in SARIF 2.1.0.", file("sarif")},
		{"junit-file", "Report in JUnit's XML.", file("junit")},
		{"json-file", "Report in JSON.", file("json")},
		{"html-file", "Report as a page.", file("html")},
		{"markdown-file", "Report in Markdown.", file("markdown")},
		{"baseline-file", "What is known now, for a later baseline.", file("baseline")},
		{"summary-json", "Status, reason, numbers and the worst findings as JSON of at most 64 KB.", (*outcome).json},
		{"comment-url", "The comment on the pull request, if there is one.", func(o *outcome) string { return o.commentURL }},
		{"sarif-id", "Number of the upload to code scanning, if there was one.", func(o *outcome) string { return o.sarifID }},
		{"version", "Version of Portolan.", func(o *outcome) string { return o.report.Version }},
	}
}

// outcome is how a step ended, as far as it has come.
type outcome struct {
	status policy.Status
	exit   policy.Exit
	reason string
	took   time.Duration

	report      pages.Report // with the scan, and once its findings are read, what became of them
	isRead      bool         // the findings are known
	unreachable []engine.Target
	files       map[string]string // by format
	commentURL  string
	sarifID     string
}

// Bounds of what outputs hold.
const (
	maxReason      = 1000
	maxSummaryJSON = 64 << 10
)

// newOutcome is what is told if nothing can be told any more.
func newOutcome(version string) *outcome {
	return &outcome{
		status: policy.StatusError, exit: policy.ExitInternal, reason: "the action has not come to its end",
		report: pages.Report{Version: version}, files: map[string]string{},
	}
}

// end says how the step ended; what was said before does not count any more.
func (o *outcome) end(exit policy.Exit, reason string) {
	o.exit, o.status, o.reason = exit, exit.Status(), reason
}

// number is a count if findings are known.
func (o *outcome) number(n int) string {
	if !o.isRead {
		return ""
	}
	return strconv.Itoa(n)
}

func (o *outcome) index() string {
	if id := o.report.Scan.IndexID(); id != nil {
		return idText(*id)
	}
	return ""
}

func idText(id engine.ScanID) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(int64(id), 10)
}

// summary counts the findings that are active.
func (o *outcome) summary() (sum engine.Summary) {
	for _, a := range o.report.Assessment.Active {
		sum.Add(a.Finding.Severity, 1)
	}
	return sum
}

// summaryFinding is a finding in the output summary-json.
type summaryFinding struct {
	ID       string          `json:"id"`
	Rule     string          `json:"rule"`
	Severity engine.Severity `json:"severity"`
	Title    string          `json:"title"`
	Host     string          `json:"host"`
	Port     int             `json:"port"`
	New      bool            `json:"new"`
}

// json is the output summary-json: the worst findings, as many as it has room for.
func (o *outcome) json() string {
	summary := struct {
		Status   policy.Status    `json:"status"`
		ExitCode policy.Exit      `json:"exit_code"`
		Reason   string           `json:"reason"`
		ScanID   engine.ScanID    `json:"scan_id"`
		Policy   string           `json:"policy"`
		Matched  []policy.Match   `json:"matched"`
		Severity map[string]int   `json:"severity"`
		Counts   policy.Counts    `json:"counts"`
		Findings []summaryFinding `json:"findings"`
		Left     int              `json:"findings_left_out"`
	}{
		Status: o.status, ExitCode: o.exit, Reason: pages.Clean(o.reason, maxReason), ScanID: o.report.Scan.ID, Policy: o.report.Verdict.Policy, Matched: o.report.Verdict.Matched,
		Severity: map[string]int{}, Counts: o.report.Assessment.Counts(), Findings: []summaryFinding{},
	}
	for _, a := range o.report.Assessment.Active {
		summary.Severity[string(a.Finding.Severity)]++
	}
	const reserve = 8 << 10 // what is around the findings, and commas
	room := maxSummaryJSON - reserve
	for i := range o.report.Assessment.Active {
		a := &o.report.Assessment.Active[i]
		f := a.Finding
		one := summaryFinding{f.Fingerprint, f.Rule, f.Severity, pages.Clean(f.Title, 200), pages.Clean(f.Host, 200), f.Port, a.New}
		text, err := json.Marshal(one)
		if err != nil || len(text)+1 > room {
			break
		}
		room -= len(text) + 1
		summary.Findings = append(summary.Findings, one)
	}
	summary.Left = len(o.report.Assessment.Active) - len(summary.Findings)
	text, err := json.Marshal(summary)
	if err != nil || len(text) > maxSummaryJSON {
		return "{}"
	}
	return string(text)
}
