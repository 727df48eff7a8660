package provider

import (
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// scanModel is portolan_scan as Terraform keeps it.
type scanModel struct {
	// What the user says.
	Targets  types.List     `tfsdk:"targets"`
	Exclude  types.List     `tfsdk:"exclude"`
	Ports    portsValue     `tfsdk:"ports"`
	Label    types.String   `tfsdk:"label"`
	Triggers types.Map      `tfsdk:"triggers"`
	Expect   types.List     `tfsdk:"expect"`
	Wait     types.Bool     `tfsdk:"wait"`
	FailOn   types.Object   `tfsdk:"fail_on"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`

	// What follows from the targets.
	AddressCount  types.Int64  `tfsdk:"address_count"`
	TargetsSHA256 types.String `tfsdk:"targets_sha256"`

	// What the engine says.
	ID            types.String      `tfsdk:"id"`
	IndexID       types.Int64       `tfsdk:"index_id"`
	Status        types.String      `tfsdk:"status"`
	CreatedAt     timetypes.RFC3339 `tfsdk:"created_at"`
	StartedAt     timetypes.RFC3339 `tfsdk:"started_at"`
	EndedAt       timetypes.RFC3339 `tfsdk:"ended_at"`
	QueuePosition types.Int64       `tfsdk:"queue_position"`
	ResultCount   types.Int64       `tfsdk:"result_count"`
	Summary       types.Object      `tfsdk:"summary"`
	Owner         types.String      `tfsdk:"owner"`
	EngineID      types.String      `tfsdk:"engine_id"`
}

// request is what the engine is asked to do.
func (m *scanModel) request() engine.ScanRequest {
	expect, _ := expectationsOf(m.Expect) // known, as the plan is
	return engine.ScanRequest{
		Targets: targetsOf(m.Targets), Exclude: targetsOf(m.Exclude),
		Ports: m.Ports.ports(), Label: m.Label.ValueString(), Expect: expect,
	}
}

// record takes over what the engine says. What the user says stays as it is
// written, unless the engine has something else and not only another spelling.
func (m *scanModel) record(scan engine.Scan, engineID string) {
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
	m.ResultCount = types.Int64Value(int64(scan.Count))
	m.Summary = summaryObject(scan.Summary)
	m.Owner = types.StringValue(clean(scan.Owner.Email, lineLength))
	m.EngineID = types.StringValue(engineID)
}

func (m *scanModel) recordRequest(scan engine.Scan) {
	if !sameTargets(targetsOf(m.Targets), scan.Targets) {
		m.Targets = listOfTargets(scan.Targets)
	}
	if !sameTargets(targetsOf(m.Exclude), scan.Exclude) {
		m.Exclude = listOfTargets(scan.Exclude)
	}
	if !samePorts(m.Ports.ports(), scan.Ports) {
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

// summaryTypes are the members of a summary, here and in the data sources.
func summaryTypes() map[string]attr.Type {
	members := map[string]attr.Type{}
	for name := range summaryCounts(engine.Summary{}) {
		members[name] = types.Int64Type
	}
	return members
}

func summaryObject(s engine.Summary) types.Object {
	members := map[string]attr.Value{}
	for name, n := range summaryCounts(s) {
		members[name] = types.Int64Value(int64(n))
	}
	return types.ObjectValueMust(summaryTypes(), members)
}

func summaryCounts(s engine.Summary) map[string]int {
	return map[string]int{
		"critical": s.Critical, "high": s.High, "medium": s.Medium, "low": s.Low, "info": s.Info, "total": s.Total,
		"hosts_up": s.HostsUp, "open_ports": s.OpenPorts, "tasks_failed": s.TasksFailed,
	}
}
