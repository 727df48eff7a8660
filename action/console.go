package action

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/action/report"
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// introduce says what is about to be done. Of what the runner cannot be told nobody else
// can be told either.
func (r *run) introduce() {
	active, expiring := 0, 0
	for i := range r.set.suppressions.List {
		one := &r.set.suppressions.List[i]
		if !one.Expired(r.set.at) {
			active++
		}
		if one.Expiring(r.set.at) {
			expiring++
		}
	}
	targets := fmt.Sprintf("targets: %d, ports: %s", len(r.set.request.Targets), cmp.Or(r.set.request.Ports, engine.PortsDefault))
	if r.set.scanID != 0 {
		targets = fmt.Sprintf("scan: %d", r.set.scanID)
	}
	_ = r.runner.Group("Portolan " + r.out.report.Version)
	for _, line := range []string{
		"engine: " + r.set.or("server", "inside this job"), targets,
		"fail-on: " + r.set.failOn.String() + ", warn-on: " + r.set.warnOn.String(),
		"baseline: " + r.set.word("baseline"),
		fmt.Sprintf("suppressions: %d active, %d expiring", active, expiring),
	} {
		_ = r.runner.Line("%s", line)
	}
	_ = r.runner.EndGroup()
}

// progressTime is how long a line of progress stands before the next.
const progressTime = 10 * time.Second

// progress tells how a scan goes: each change of its state, place in the queue or
// percentage, but not more often than [progressTime].
type progress struct {
	runner *report.Runner
	told   string
	at     time.Time
}

func (p *progress) show(s engine.Scan) {
	text := strings.ToLower(s.LastStep())
	if s.State() == engine.StatePending && s.QueuePosition != nil {
		text = fmt.Sprintf("waiting, %d in the queue", *s.QueuePosition)
	}
	if text == p.told || time.Since(p.at) < progressTime && !s.Status().Final() {
		return
	}
	p.told, p.at = text, time.Now()
	_ = p.runner.Line("scan %d: %s", s.ID, text)
}

// annotate writes findings to the lines that declare their targets, worst and newest
// first, and what there is to be said of suppressions.
func (r *run) annotate() {
	if r.set.word("annotations") == none {
		return
	}
	r.annotateNotices()
	page := &r.out.report
	guilty := func(*policy.Assessed) bool { return false }
	if page.Verdict.Failed {
		guilty = r.set.failOn.Guilty(page.Assessment)
	}
	warned := r.set.warnOn.Guilty(page.Assessment)
	left := 0
	for _, a := range newestFirst(page.Assessment.Active) {
		level := report.Level("")
		switch {
		case guilty(&a):
			level = report.Error
		case warned(&a):
			level = report.Warning
		default:
			continue
		}
		if shown, _ := r.runner.Annotate(r.annotation(level, &a)); !shown {
			left++
		}
	}
	if left > 0 {
		_, _ = r.runner.Annotate(report.Annotation{Level: report.Notice, Title: "Portolan", Message: fmt.Sprintf("and %d more in the summary and the reports", left)})
	}
}

// annotateNotices leaves room for findings, and one notice for what is left out.
func (r *run) annotateNotices() {
	const most = report.MaxAnnotations / 2
	shown := map[report.Level]int{}
	for _, n := range r.out.report.Assessment.Notices {
		level := report.Notice
		if n.Warning {
			level = report.Warning
		}
		if shown[level]++; shown[level] > most {
			_ = r.runner.Line("%s", n.String())
			continue
		}
		_, _ = r.runner.Annotate(report.Annotation{Level: level, Title: "Portolan suppression", Message: n.Text, File: n.File, Line: n.Line})
	}
}

func (r *run) annotation(level report.Level, a *policy.Assessed) report.Annotation {
	f := a.Finding
	file, line := r.out.report.Declared.At(f)
	place := fmt.Sprintf("%s port %d", cmp.Or(f.Host, f.IP, string(f.Target)), f.Port)
	message := fmt.Sprintf("%s at %s%s (%s). To set it aside: %s", f.Title, place, f.Path, f.Rule, policy.SuppressCommand(f.Fingerprint, r.set.at))
	return report.Annotation{Level: level, Title: strings.ToUpper(string(f.Severity)) + ": " + f.Title, Message: message, File: file, Line: line}
}

// newestFirst sorts by severity, and new before known.
func newestFirst(findings []policy.Assessed) []policy.Assessed {
	rank := func(a policy.Assessed) int {
		n := 2 * a.Finding.Severity.Rank()
		if a.New {
			n++
		}
		return n
	}
	return slices.SortedStableFunc(slices.Values(findings), func(a, b policy.Assessed) int { return rank(b) - rank(a) })
}

// fail says what went wrong before there was anything to report.
func (r *run) fail(err error) {
	exit := policy.ExitOf(err)
	r.out.end(exit, err.Error())
	a := report.Annotation{Level: report.Error, Title: "Portolan: " + string(exit.Status()), Message: err.Error()}
	var known *engine.Error
	if errors.As(err, &known) && known.Field != "" {
		a.Title += " (" + known.Field + ")"
	}
	_, _ = r.runner.Annotate(a)
	if r.set.word("summary") != "never" {
		_ = r.runner.Summary(fmt.Sprintf("## 🟡 Portolan: %s\n\n%s\n", exit.Status(), pages.Prose(err.Error())))
	}
}

// conclude is the last line.
func (r *run) conclude() {
	var parts []string
	if r.out.isRead {
		counts := r.out.report.Assessment.Counts()
		if r.out.report.Assessment.Baseline != "" {
			parts = append(parts, fmt.Sprintf("%d new, %d known, %d fixed", counts.New, counts.Known, counts.Fixed))
		}
		if counts.Suppressed > 0 {
			parts = append(parts, fmt.Sprintf("%d suppressed", counts.Suppressed))
		}
		parts = append(parts, fmt.Sprintf("%d findings", counts.New+counts.Known))
	}
	parts = append(parts, r.out.took.Round(100*time.Millisecond).String())
	if file := r.out.files["sarif"]; file != "" {
		parts = append(parts, "SARIF: "+file)
	}
	_ = r.runner.Line("%s %s · %s", strings.ToUpper(string(r.out.status)), r.out.reason, strings.Join(parts, " · "))
}
