package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// planAgain gives the attributes because of which a plan scans again, of those that no
// plan modifier of their own decides about. Terraform heeds only attributes whose value
// changes.
func (m *scanModel) planAgain(state scanModel, at time.Time, diags *diag.Diagnostics) path.Paths {
	var because path.Paths
	if !m.TargetsSHA256.Equal(state.TargetsSHA256) {
		because.Append(m.guiltyTargets(state))
	}
	if age, isOld := m.isTooOld(state, at); isOld {
		diags.AddAttributeWarning(path.Root("max_age"), "Scan is too old",
			fmt.Sprintf("%s is %s old, max_age is %s: it will be replaced by a new one.", scanText(&state), age, m.MaxAge.ValueString()))
		m.ID = types.StringUnknown()
		because.Append(path.Root("id"))
	}
	return because
}

// guiltyTargets is the attribute by which other targets came in.
func (m *scanModel) guiltyTargets(state scanModel) path.Path {
	switch {
	case !m.Targets.Equal(state.Targets) && !m.Targets.IsNull():
		return path.Root("targets")
	case !m.TargetsFile.Equal(state.TargetsFile):
		return path.Root("targets_file")
	}
	return path.Root("targets_sha256")
}

// isTooOld compares the age of a scan that has ended with max_age.
func (m *scanModel) isTooOld(state scanModel, at time.Time) (time.Duration, bool) {
	if m.MaxAge.IsNull() || m.MaxAge.IsUnknown() || state.EndedAt.IsNull() {
		return 0, false
	}
	ended, diags := state.EndedAt.ValueRFC3339Time()
	limit, more := m.MaxAge.ValueGoDuration()
	age := at.Sub(ended)
	return age.Round(time.Second), !diags.HasError() && !more.HasError() && age > limit
}

// planInPlace marks what will change in a scan that is not made again. Everything else
// stays as it is, so that what depends on it is not planned anew.
func (m *scanModel) planInPlace(state scanModel) {
	if m.sameSettings(state) {
		return // then Terraform must not be told of any change
	}
	if !m.BaselineScanID.Equal(state.BaselineScanID) {
		m.Summary = types.ObjectUnknown(comparedTypes())
	}
	if engine.Status(state.Status.ValueString()).Final() {
		return
	}
	if m.Wait.ValueBool() || !m.Priority.Equal(state.Priority) {
		m.QueuePosition, m.EstimatedTime = types.Int64Unknown(), types.Float64Unknown()
	}
	if m.Wait.ValueBool() {
		m.Status, m.IndexID, m.ResultCount, m.CoinsSpent = types.StringUnknown(), types.Int64Unknown(), types.Int64Unknown(), types.Int64Unknown()
		m.StartedAt, m.EndedAt = timetypes.NewRFC3339Unknown(), timetypes.NewRFC3339Unknown()
		m.Summary = types.ObjectUnknown(comparedTypes())
	}
}

// sameSettings reports a plan without any change of the user's.
func (m *scanModel) sameSettings(o scanModel) bool {
	return m.Targets.Equal(o.Targets) && m.TargetsFile.Equal(o.TargetsFile) && m.TargetsSHA256.Equal(o.TargetsSHA256) && m.Exclude.Equal(o.Exclude) &&
		m.Ports.Equal(o.Ports) && m.ProfileID.Equal(o.ProfileID) && m.Label.Equal(o.Label) && m.Triggers.Equal(o.Triggers) && m.MaxAge.Equal(o.MaxAge) && m.Priority.Equal(o.Priority) &&
		m.OnDestroy.Equal(o.OnDestroy) && m.OnInterrupt.Equal(o.OnInterrupt) && m.Timeouts.Equal(o.Timeouts) && m.judging().equal(o.judging())
}

// judging is what decides whether, and by what, a scan is judged.
type judging struct {
	wait                                    types.Bool
	failOn, warnOn, baseline, file, content types.String
	suppressions                            types.List
}

func (m *scanModel) judging() judging {
	return judging{
		wait: m.Wait, failOn: m.FailOn, warnOn: m.WarnOn, baseline: m.BaselineScanID,
		file: m.SuppressionsFile, content: m.SuppressionsSHA256, suppressions: m.Suppressions,
	}
}

func (j judging) equal(o judging) bool {
	return j.wait.Equal(o.wait) && j.failOn.Equal(o.failOn) && j.warnOn.Equal(o.warnOn) && j.baseline.Equal(o.baseline) &&
		j.file.Equal(o.file) && j.content.Equal(o.content) && j.suppressions.Equal(o.suppressions)
}

// judgeBy makes a model one that is judged so.
func (m *scanModel) judgeBy(j judging) {
	m.Wait, m.FailOn, m.WarnOn, m.BaselineScanID = j.wait, j.failOn, j.warnOn, j.baseline
	m.SuppressionsFile, m.SuppressionsSHA256, m.Suppressions = j.file, j.content, j.suppressions
}
