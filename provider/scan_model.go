package provider

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// scanModel is portolan_scan as Terraform keeps it.
type scanModel struct {
	// What the user says.
	Targets          types.List           `tfsdk:"targets"`
	TargetsFile      types.String         `tfsdk:"targets_file"`
	Exclude          types.List           `tfsdk:"exclude"`
	ProfileID        types.String         `tfsdk:"profile_id"`
	Ports            portsValue           `tfsdk:"ports"`
	Expect           types.List           `tfsdk:"expect"`
	Triggers         types.Map            `tfsdk:"triggers"`
	MaxAge           timetypes.GoDuration `tfsdk:"max_age"`
	FailOn           types.String         `tfsdk:"fail_on"`
	WarnOn           types.String         `tfsdk:"warn_on"`
	BaselineScanID   types.String         `tfsdk:"baseline_scan_id"`
	Suppressions     types.List           `tfsdk:"suppressions"`
	SuppressionsFile types.String         `tfsdk:"suppressions_file"`
	Label            types.String         `tfsdk:"label"`
	Wait             types.Bool           `tfsdk:"wait"`
	Priority         types.Int64          `tfsdk:"priority"`
	OnDestroy        types.String         `tfsdk:"on_destroy"`
	OnInterrupt      types.String         `tfsdk:"on_interrupt"`
	Timeouts         timeouts.Value       `tfsdk:"timeouts"`

	// What follows from it.
	AddressCount       types.Int64  `tfsdk:"address_count"`
	TargetsSHA256      types.String `tfsdk:"targets_sha256"`
	SuppressionsSHA256 types.String `tfsdk:"suppressions_sha256"`

	// What the engine says.
	ID             types.String      `tfsdk:"id"`
	IndexID        types.Int64       `tfsdk:"index_id"`
	Status         types.String      `tfsdk:"status"`
	CreatedAt      timetypes.RFC3339 `tfsdk:"created_at"`
	StartedAt      timetypes.RFC3339 `tfsdk:"started_at"`
	EndedAt        timetypes.RFC3339 `tfsdk:"ended_at"`
	QueuePosition  types.Int64       `tfsdk:"queue_position"`
	EstimatedTime  types.Float64     `tfsdk:"estimated_time_to_complete"`
	ResultCount    types.Int64       `tfsdk:"result_count"`
	Summary        types.Object      `tfsdk:"summary"`
	Owner          types.String      `tfsdk:"owner"`
	IsScanFromTeam types.Bool        `tfsdk:"is_scan_from_team"`
	CoinsSpent     types.Int64       `tfsdk:"coins_spent"`
	URL            types.String      `tfsdk:"url"`
	EngineID       types.String      `tfsdk:"engine_id"`
}

// What on_destroy and on_interrupt may say; the first of each is the default.
const (
	destroyDeletes    = "delete"
	destroyKeeps      = "keep"
	interruptCancels  = "cancel"
	interruptDetaches = "detach"
)

// setDefaults fills in what a configuration without a word has, for scans that no
// configuration is about yet.
func (m *scanModel) setDefaults() {
	m.Wait, m.OnDestroy, m.OnInterrupt = types.BoolValue(true), types.StringValue(destroyDeletes), types.StringValue(interruptCancels)
}

// request is what the engine is asked to do. The targets are those of the file, if
// there is one.
func (m *scanModel) request(targets []engine.Target) engine.ScanRequest {
	expect, _ := expectationsOf(m.Expect) // known, as the plan is
	return engine.ScanRequest{
		Targets: targets, Exclude: targetsOf(m.Exclude), Ports: m.Ports.ports(), Label: m.Label.ValueString(), Expect: expect,
		ProfileID: m.ProfileID.ValueString(),
	}
}

// record takes over what the engine says. What the user says stays as it is
// written, unless the engine has something else and not only another spelling.
func (m *scanModel) record(scan engine.Scan, in place) {
	m.recordRequest(scan)
	m.AddressCount = types.Int64Value(engine.AddressCount(targetSet(scan.Targets)))
	m.TargetsSHA256 = types.StringValue(targetsDigest(scan.Targets))
	m.ID = types.StringValue(strconv.FormatInt(int64(scan.ID), 10))
	m.IndexID = optionalInt(scan.IndexID())
	m.Status = types.StringValue(string(scan.Status()))
	m.CreatedAt = timetypes.NewRFC3339TimeValue(scan.CreatedAt)
	m.StartedAt = timetypes.NewRFC3339TimePointerValue(scan.StartedAt)
	m.EndedAt = timetypes.NewRFC3339TimePointerValue(scan.EndedAt)
	m.QueuePosition = optionalInt(scan.QueuePosition)
	m.EstimatedTime = types.Float64PointerValue(scan.EstimatedTime)
	m.ResultCount = types.Int64Value(int64(scan.Count))
	m.Summary = comparedObject(scan.Summary, m.changes())
	m.Owner = types.StringValue(clean(scan.Owner.Email, lineLength))
	m.IsScanFromTeam, m.CoinsSpent = types.BoolValue(scan.IsFromTeam), types.Int64Value(scan.CoinsSpent)
	m.EngineID, m.URL = types.StringValue(in.engineID), in.urlOf(scan.ID)
	if m.SuppressionsSHA256.IsUnknown() {
		m.SuppressionsSHA256 = types.StringNull()
	}
}

func (m *scanModel) recordRequest(scan engine.Scan) {
	if m.TargetsFile.IsNull() && !sameTargets(targetsOf(m.Targets), scan.Targets) {
		m.Targets = listOfTargets(scan.Targets)
	}
	if !sameTargets(targetsOf(m.Exclude), scan.Exclude) {
		m.Exclude = listOfTargets(scan.Exclude)
	}
	if !samePorts(m.Ports.ports(), scan.Ports) && m.ProfileID.IsNull() { // else they may be the profile's
		m.Ports = newPortsValue(scan.Ports)
	}
	if expect, _ := expectationsOf(m.Expect); !sameExpectations(expect, scan.Expect) {
		m.Expect = listOfExpectations(scan.Expect)
	}
	m.Label = types.StringValue(scan.Label)
}

// scanID is the number of the scan this state is about.
func (m *scanModel) scanID() (engine.ScanID, error) { return parseScanID(m.ID.ValueString()) }

func parseScanID(text string) (engine.ScanID, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, &engine.Error{
			Kind: engine.Invalid, Title: "Scan id is not valid", Field: "scan_id",
			Detail: fmt.Sprintf("%q is not the number of a scan", text), Hint: `write the number alone, as in "349"`,
		}
	}
	return engine.ScanID(n), nil
}

func optionalInt[N ~int | ~int64](n *N) types.Int64 {
	if n == nil {
		return types.Int64Null()
	}
	return types.Int64Value(int64(*n))
}

// place is the engine that holds a scan.
type place struct {
	engineID string
	endpoint string // of a server; empty otherwise
}

func (p place) urlOf(id engine.ScanID) types.String {
	if p.endpoint == "" {
		return types.StringNull()
	}
	return types.StringValue(fmt.Sprintf("%s/api/scanner/%d/", strings.TrimRight(p.endpoint, "/"), id))
}

// changes is what a scan has found anew and what is gone, against a baseline; both are
// null without one.
type changes struct{ added, fixed types.Int64 }

func noChanges() changes { return changes{types.Int64Null(), types.Int64Null()} }

// changes are those on record: of an ended scan they stay what they were.
func (m *scanModel) changes() changes {
	members := m.Summary.Attributes()
	added, isAdded := members["new"].(types.Int64)
	fixed, isFixed := members["fixed"].(types.Int64)
	if m.BaselineScanID.IsNull() || !isAdded || !isFixed || added.IsUnknown() || fixed.IsUnknown() {
		return noChanges()
	}
	return changes{added, fixed}
}

// compare counts what has changed from the baseline to the scan, once it is done.
func (m *scanModel) compare(ctx context.Context, c *client.Client, scan engine.Scan) error {
	if m.BaselineScanID.IsNull() || scan.Status() != engine.StatusDone {
		return nil
	}
	base, err := parseScanID(m.BaselineScanID.ValueString())
	if err != nil {
		return engine.In("baseline_scan_id", err)
	}
	diff, err := c.Diff(ctx, scan.ID, base)
	if engine.KindOf(err) == engine.NotFound {
		return inField("baseline_scan_id", err)
	}
	if err != nil {
		return err
	}
	m.Summary = comparedObject(scan.Summary, changes{types.Int64Value(int64(len(diff.New))), types.Int64Value(int64(len(diff.Fixed)))})
	return nil
}

// summaryTypes are the members of a summary in the data sources.
func summaryTypes() map[string]attr.Type {
	members := map[string]attr.Type{}
	for name := range summaryCounts(engine.Summary{}) {
		members[name] = types.Int64Type
	}
	return members
}

func summaryObject(s engine.Summary) types.Object {
	return types.ObjectValueMust(summaryTypes(), summaryMembers(s))
}

func summaryMembers(s engine.Summary) map[string]attr.Value {
	members := map[string]attr.Value{}
	for name, n := range summaryCounts(s) {
		members[name] = types.Int64Value(int64(n))
	}
	return members
}

// comparedTypes are the members of a summary in the resource, which has a baseline.
func comparedTypes() map[string]attr.Type {
	members := summaryTypes()
	members["new"], members["fixed"] = types.Int64Type, types.Int64Type
	return members
}

func comparedObject(s engine.Summary, c changes) types.Object {
	members := summaryMembers(s)
	members["new"], members["fixed"] = c.added, c.fixed
	return types.ObjectValueMust(comparedTypes(), members)
}

func summaryCounts(s engine.Summary) map[string]int {
	return map[string]int{
		"critical": s.Critical, "high": s.High, "medium": s.Medium, "low": s.Low, "info": s.Info, "total": s.Total,
		"hosts_up": s.HostsUp, "open_ports": s.OpenPorts, "tasks_failed": s.TasksFailed,
	}
}
