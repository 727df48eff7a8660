package provider

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// Modes of fail_on.
const (
	modeError   = "error"
	modeWarning = "warning"
)

// worstShown is how many findings an error lists; the data source has them all.
const worstShown = 10

// failOnModel is the block fail_on.
type failOnModel struct {
	Severity types.String `tfsdk:"severity"`
	MaxCount types.Int64  `tfsdk:"max_count"`
	Mode     types.String `tfsdk:"mode"`
}

// policy gives the block in the language all doors share.
func (m failOnModel) policy() (policy.Policy, error) {
	return policy.Parse(fmt.Sprintf("%s > %d", m.Severity.ValueString(), m.MaxCount.ValueInt64()))
}

// judge reports at fail_on what the gate does not let pass. The state is saved
// by then: an error now taints the scan, and the next apply makes a new one.
func (w *scanWatch) judge(ctx context.Context, diags *diag.Diagnostics, scan engine.Scan, block types.Object) {
	if block.IsNull() {
		return
	}
	var gate failOnModel
	diags.Append(block.As(ctx, &gate, basetypes.ObjectAsOptions{})...)
	if diags.HasError() {
		return
	}
	verdict, findings, err := w.verdict(ctx, gate)
	if err != nil {
		addError(diags, "judge the findings of scan "+fmt.Sprint(scan.ID), err)
		return
	}
	if verdict.Failed {
		gate.report(diags, scan.ID, findings, w.remedy())
		return
	}
	if n := scan.Summary.TasksFailed; n > 0 {
		diags.AddAttributeWarning(path.Root("fail_on"), "Gate passed on an incomplete scan",
			fmt.Sprintf("%d parts of scan %d could not be completed; what was not found there says nothing.", n, scan.ID))
	}
}

func (w *scanWatch) verdict(ctx context.Context, gate failOnModel) (policy.Verdict, []engine.Finding, error) {
	p, err := gate.policy()
	if err != nil {
		return policy.Verdict{}, nil, err
	}
	filter := findingFilter{scans: []engine.ScanID{w.scan.ID}, minSeverity: engine.Severity(gate.Severity.ValueString())}
	page, err := filter.read(ctx, w.client, noLimit)
	if err != nil {
		return policy.Verdict{}, nil, err
	}
	findings := page.plain()
	return p.Judge(policy.Plain(findings)), findings, nil
}

// remedy is how to open the gate. Only a scan that was just made is tainted: an
// older one has the same findings for good.
func (w *scanWatch) remedy() string {
	if w.isOld {
		return "\nThis scan was made before and will not be repeated by itself. Mend what was found, then scan again: change triggers, or apply with -replace."
	}
	return "\nMend what was found and apply again. The scan is marked as tainted and will be replaced by a new one."
}

func (m failOnModel) report(diags *diag.Diagnostics, id engine.ScanID, findings []engine.Finding, remedy string) {
	title := fmt.Sprintf("Scan %d has %s of severity %s or worse", id, countOf(len(findings), "finding"), m.Severity.ValueString())
	detail := "None is accepted. The worst:\n\n"
	if n := m.MaxCount.ValueInt64(); n > 0 {
		detail = fmt.Sprintf("At most %d are accepted. The worst:\n\n", n)
	}
	detail += worstFindings(findings)
	if m.Mode.ValueString() == modeWarning {
		diags.AddAttributeWarning(path.Root("fail_on"), title, detail)
		return
	}
	diags.AddAttributeError(path.Root("fail_on"), title, detail+remedy)
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
		fmt.Fprintf(&b, "  %-8s  %s  %s (%s)\n", clean(string(f.Severity), lineLength), clean(where, lineLength), clean(f.Title, lineLength), clean(f.Rule, lineLength))
	}
	if more := len(findings) - worstShown; more > 0 {
		fmt.Fprintf(&b, "  and %d more; see the data source portolan_findings\n", more)
	}
	return b.String()
}
