package provider

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// worstShown is how many findings an error lists; the data source has them all.
const worstShown = 10

// gate is what the findings of a scan are judged by.
type gate struct {
	failOn, warnOn *policy.Policy // nil: not said
	suppressions   policy.Suppressions
	baseline       engine.ScanID // 0: none
}

// gate reads what a model says of judging.
func (m *scanModel) gate() (g gate, err error) {
	if g.failOn, err = policyOf("fail_on", m.FailOn); err != nil {
		return g, err
	}
	if g.warnOn, err = policyOf("warn_on", m.WarnOn); err != nil {
		return g, err
	}
	if g.suppressions, err = m.readSuppressions(time.Now()); err != nil || m.BaselineScanID.IsNull() {
		return g, err
	}
	g.baseline, err = parseScanID(m.BaselineScanID.ValueString())
	return g, inField("baseline_scan_id", err)
}

func policyOf(attribute string, text types.String) (*policy.Policy, error) {
	if text.IsNull() {
		return nil, nil // no policy is no error
	}
	p, err := policy.Parse(text.ValueString())
	return &p, inField(attribute, err)
}

// isOpen reports a gate that judges nothing.
func (g gate) isOpen() bool { return g.failOn == nil && g.warnOn == nil }

// gateAttributes are the attributes an error about judging may be at.
func gateAttributes() []string {
	return []string{"fail_on", "warn_on", "baseline_scan_id", "suppressions", "suppressions_file"}
}

// judge reports at fail_on and warn_on what the gate does not let pass. The state is
// saved by then: an error now taints the scan, and the next apply makes a new one.
func (w *scanWatch) judge(ctx context.Context, diags *diag.Diagnostics, m scanModel) {
	g, err := m.gate()
	if err == nil && g.isOpen() {
		return
	}
	var found policy.Assessment
	if err == nil {
		found, err = g.assess(ctx, w.client, w.scan.ID)
	}
	if err != nil {
		addError(diags, fmt.Sprintf("judge the findings of scan %d", w.scan.ID), err, gateAttributes()...)
		return
	}
	addNotices(diags, found.Notices)
	if g.warnOn != nil && g.warnOn.Judge(found).Failed {
		title, detail := describeVerdict(w.scan.ID, *g.warnOn, found)
		diags.AddAttributeWarning(path.Root("warn_on"), title, detail)
	}
	if g.failOn != nil && g.failOn.Judge(found).Failed {
		title, detail := describeVerdict(w.scan.ID, *g.failOn, found)
		diags.AddAttributeError(path.Root("fail_on"), title, detail+w.remedy)
		return
	}
	if why := incomplete(w.scan); why != "" && g.failOn != nil {
		diags.AddAttributeWarning(path.Root("fail_on"), "Gate passed on an incomplete scan", why)
	}
}

// incomplete says why a scan cannot tell that something is not there, "" if it can.
func incomplete(scan engine.Scan) string {
	switch {
	case scan.Summary.TasksFailed > 0:
		return fmt.Sprintf("%d parts of scan %d could not be completed; what was not found there says nothing.", scan.Summary.TasksFailed, scan.ID)
	case scan.Summary.HostsUp == 0:
		return fmt.Sprintf("No target of scan %d answered, so that nothing was found says nothing.\n\nCheck that the targets are right and reachable from where the engine runs.", scan.ID)
	}
	return ""
}

// assess reads the findings that the gate counts, and what is known about them.
func (g gate) assess(ctx context.Context, c *client.Client, id engine.ScanID) (policy.Assessment, error) {
	filter := findingFilter{scans: []engine.ScanID{id}, minSeverity: g.floor()}
	page, err := filter.read(ctx, c, noLimit)
	if err != nil {
		return policy.Assessment{}, err
	}
	baseline, err := g.readBaseline(ctx, c)
	return policy.Assess(engine.Sight{}, page.plain(), baseline, g.suppressions, time.Now()), err
}

// floor spares reading findings that nothing counts. All are read where there are
// suppressions, as one that matches nothing is told.
func (g gate) floor() engine.Severity {
	if len(g.suppressions.List) > 0 {
		return ""
	}
	floor := engine.Critical
	for _, p := range []*policy.Policy{g.failOn, g.warnOn} {
		switch {
		case p == nil:
		case p.Floor() == "":
			return ""
		case floor.AtLeast(p.Floor()):
			floor = p.Floor()
		}
	}
	return floor
}

func (g gate) readBaseline(ctx context.Context, c *client.Client) (policy.Baseline, error) {
	if g.baseline == 0 {
		return policy.Baseline{}, nil
	}
	scan, err := c.Scan(ctx, g.baseline)
	if err != nil {
		return policy.Baseline{}, inField("baseline_scan_id", err)
	}
	page, err := findingFilter{scans: []engine.ScanID{g.baseline}}.read(ctx, c, noLimit)
	return policy.BaselineOf(scanName(g.baseline), engine.Results{Scan: scan, Findings: page.plain()}, policy.Baseline{}), err
}

// addNotices tells which suppressions want to be looked at.
func addNotices(diags *diag.Diagnostics, notices []policy.Notice) {
	if len(notices) == 0 {
		return
	}
	at := inlineSuppressions
	var b strings.Builder
	for _, n := range notices {
		if n.File != inlineSuppressions {
			at = "suppressions_file"
		}
		fmt.Fprintf(&b, "  %s\n", clean(n.String(), lineLength))
	}
	diags.AddAttributeWarning(path.Root(at), "Suppressions want to be looked at", b.String())
}

// How a gate is opened. Only a scan that was just made is tainted: an older one has the
// same findings for good.
const (
	remedyNew    = "\nMend what was found and apply again. The scan is marked as tainted and will be replaced by a new one."
	remedyOld    = "\nThis scan was made before and will not be repeated by itself. Mend what was found, then scan again: change triggers, or apply with -replace."
	remedyAction = "\nAn action runs once: the next apply does not repeat it. A gate that holds until this is mended is fail_on of the resource portolan_scan."
)

// describeVerdict says what a policy does not let pass: its items that hold, with what
// they counted, and the worst of it.
func describeVerdict(id engine.ScanID, p policy.Policy, found policy.Assessment) (title, detail string) {
	guilty := p.Guilty(found)
	var list []engine.Finding
	for i := range found.Active {
		if guilty(&found.Active[i]) {
			list = append(list, *found.Active[i].Finding)
		}
	}
	verdict := p.Judge(found)
	items := make([]string, len(verdict.Matched))
	for i, m := range verdict.Matched {
		items[i] = fmt.Sprintf("%s (%d)", m.Item, m.Count)
	}
	title = fmt.Sprintf("Scan %d has %s that the policy counts", id, countOf(len(list), "finding"))
	detail = "The policy matches: " + clean(strings.Join(items, ", "), lineLength) + "."
	if n := len(found.Suppressed); n > 0 {
		detail += " Suppressions set " + countOf(n, "finding") + " aside."
	}
	return title, detail + " The worst:\n\n" + worstFindings(list)
}

func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// worstFindings lists findings, one a line; they come worst first.
func worstFindings(findings []engine.Finding) string {
	var b strings.Builder
	for _, f := range findings[:min(worstShown, len(findings))] {
		where := f.Host
		if f.Port != 0 { // what is about a name itself has none
			where = net.JoinHostPort(f.Host, strconv.Itoa(f.Port))
		}
		fmt.Fprintf(&b, "  %-8s  %s  %s (%s, %s)\n", clean(string(f.Severity), lineLength), clean(where, lineLength), clean(f.Title, lineLength), clean(f.Rule, lineLength), clean(f.Fingerprint, lineLength))
	}
	if more := len(findings) - worstShown; more > 0 {
		fmt.Fprintf(&b, "  and %d more; see the data source portolan_findings\n", more)
	}
	return b.String()
}
