package provider

import (
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// scheduleModel is portolan_schedule as Terraform keeps it: what the engine has in the
// member scan is beside the rest here, as in portolan_scan.
type scheduleModel struct {
	recordStamp

	Name types.String `tfsdk:"name"`

	Targets        types.List   `tfsdk:"targets"`
	TargetIDs      types.Set    `tfsdk:"target_ids"`
	TargetGroupIDs types.Set    `tfsdk:"target_group_ids"`
	Exclude        types.List   `tfsdk:"exclude"`
	Ports          portsValue   `tfsdk:"ports"`
	ProfileID      types.String `tfsdk:"profile_id"`
	Label          types.String `tfsdk:"label"`
	Expect         types.List   `tfsdk:"expect"`

	Cron       types.String      `tfsdk:"cron"`
	RRule      types.String      `tfsdk:"rrule"`
	TimeZone   types.String      `tfsdk:"time_zone"`
	Enabled    types.Bool        `tfsdk:"enabled"`
	StartAt    timetypes.RFC3339 `tfsdk:"start_at"`
	EndAt      timetypes.RFC3339 `tfsdk:"end_at"`
	MaxRuns    types.Int64       `tfsdk:"max_runs"`
	Misfire    types.String      `tfsdk:"misfire"`
	Overlap    types.String      `tfsdk:"overlap"`
	FailNotify types.Set         `tfsdk:"fail_notify"`

	NextRunAt  timetypes.RFC3339 `tfsdk:"next_run_at"`
	Runs       types.Int64       `tfsdk:"runs"`
	LastScanID types.String      `tfsdk:"last_scan_id"`
	LastStatus types.String      `tfsdk:"last_status"`
}

func newScheduleResource() resource.Resource { return newRecordResource(scheduleRecord()) }

func scheduleRecord() recordType[engine.Schedule, *engine.Schedule, scheduleModel] {
	attributes := scheduleScanAttributes()
	maps.Copy(attributes, scheduleTimeAttributes())
	return recordType[engine.Schedule, *engine.Schedule, scheduleModel]{
		name: "schedule", word: "schedule", inside: "scan",
		doc: "Scans the same again and again, at the times of a rule. The server does, so it needs one: `portolan serve`, at `endpoint`. " +
			"Declared in the engine inside the provider, a schedule is only kept, for a server on the same data folder. " +
			"The scans are those of who declared it, and within their plan. See the guide on schedules.",
		attributes: attributes,
		records:    (*client.Client).Schedules,
		stamp:      func(m *scheduleModel) *recordStamp { return &m.recordStamp },
		declare:    func(p recordPlan[scheduleModel]) engine.Schedule { return p.Plan.declared() },
		record:     (*scheduleModel).record,
		permit:     func(g guard, m *scheduleModel, diags *diag.Diagnostics) { g.checkLists(diags, m.Targets, m.Exclude) },
	}
}

func scheduleScanAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{Required: true, MarkdownDescription: "Unique in the team, whatever its case. Scans are labelled with it unless `label` is set."},
		"targets": schema.ListAttribute{
			Optional: true, ElementType: targetType{}, Validators: []validator.List{
				listvalidator.SizeBetween(1, maxInlineTargets),
				listvalidator.AtLeastOneOf(path.MatchRoot("target_ids"), path.MatchRoot("target_group_ids")),
			},
			MarkdownDescription: "Addresses, CIDRs and domain names to scan.",
		},
		"target_ids":       schema.SetAttribute{Optional: true, ElementType: types.StringType, Validators: areRecordIDs(), MarkdownDescription: "Ids of targets to scan, beside `targets`."},
		"target_group_ids": schema.SetAttribute{Optional: true, ElementType: types.StringType, Validators: areRecordIDs(), MarkdownDescription: "Ids of target groups: what is in them when a run is due is scanned."},
		"exclude":          schema.ListAttribute{Optional: true, ElementType: targetType{}, MarkdownDescription: "Addresses and CIDRs that are left alone."},
		"ports":            schema.StringAttribute{Optional: true, CustomType: portsType{}, MarkdownDescription: "Ports, written as in `portolan_scan`."},
		"profile_id":       schema.StringAttribute{Optional: true, MarkdownDescription: "Id or name of a scan profile, which says what is left open here."},
		"label":            schema.StringAttribute{Optional: true, MarkdownDescription: "What the scans are called; the name of the schedule when unset."},
		"expect":           expectSchema(),
	}
}

func scheduleTimeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"cron": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.ExactlyOneOf(path.MatchRoot("rrule")), cronValidator{}},
			MarkdownDescription: "Five fields: minute, hour, day of the month, month, day of the week, as in `30 2 * * MON-FRI`; or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.",
		},
		"rrule": schema.StringAttribute{
			Optional: true, Validators: []validator.String{rruleValidator{}},
			MarkdownDescription: "A recurrence rule of RFC 5545, as in `FREQ=MONTHLY;BYDAY=2TU;BYHOUR=2;BYMINUTE=30`. `FREQ` is `HOURLY` or longer. What it does not say is taken from `start_at`, or from when it was declared.",
		},
		"time_zone": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("UTC"), Validators: []validator.String{zoneValidator{}},
			MarkdownDescription: "Whose clocks the rule means, by a name of the IANA database: `Europe/Berlin`. Default `UTC`.",
		},
		"enabled":  schema.BoolAttribute{Optional: true, Computed: true, Default: booldefault.StaticBool(true), MarkdownDescription: "Whether it runs. Default `true`."},
		"start_at": schema.StringAttribute{Optional: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: "No run before this time, RFC 3339; an `rrule` begins here."},
		"end_at":   schema.StringAttribute{Optional: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: "No run after this time, RFC 3339."},
		"max_runs": schema.Int64Attribute{Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)}, MarkdownDescription: "How many scans are made. No limit when unset or `0`."},
		"misfire": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("skip"), Validators: []validator.String{stringvalidator.OneOf("skip", "run_once")},
			MarkdownDescription: "What becomes of a run while no server is there: `skip` (default) leaves it out, `run_once` makes one up for however many were missed.",
		},
		"overlap": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("skip"), Validators: []validator.String{stringvalidator.OneOf("skip", "queue")},
			MarkdownDescription: "What becomes of a run while the scan of the run before goes on: `skip` (default) leaves it out, `queue` lets it wait for that.",
		},
		"fail_notify": schema.SetAttribute{
			Optional: true, ElementType: types.StringType, Validators: areRecordIDs(),
			MarkdownDescription: "Ids of notifications that are told when a run fails, whatever events they are for.",
		},
		"next_run_at":  schema.StringAttribute{Computed: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: "When it runs next, RFC 3339; null if it does not any more."},
		"runs":         schema.Int64Attribute{Computed: true, MarkdownDescription: "How many scans were made for planned runs."},
		"last_scan_id": schema.StringAttribute{Computed: true, MarkdownDescription: "The scan of its last run; null before the first."},
		"last_status":  schema.StringAttribute{Computed: true, MarkdownDescription: "Status of that scan: `pending`, `in_progress`, `done`, `failed` or `cancelled`; null if there is none."},
	}
}

func (m *scheduleModel) declared() engine.Schedule {
	expect, _ := expectationsOf(m.Expect)
	return engine.Schedule{
		Name: m.Name.ValueString(),
		Scan: engine.ScanRequest{
			Targets: targetsOf(m.Targets), TargetIDs: recordIDsIn(m.TargetIDs), TargetGroupIDs: recordIDsIn(m.TargetGroupIDs), Exclude: targetsOf(m.Exclude),
			Ports: m.Ports.ports(), ProfileID: m.ProfileID.ValueString(), Label: m.Label.ValueString(), Expect: expect,
		},
		Cron: m.Cron.ValueString(), RRule: m.RRule.ValueString(), TimeZone: m.TimeZone.ValueString(), Enabled: m.Enabled.ValueBoolPointer(),
		StartAt: timeIn(m.StartAt), EndAt: timeIn(m.EndAt), MaxRuns: int(m.MaxRuns.ValueInt64()),
		Misfire: engine.Misfire(m.Misfire.ValueString()), Overlap: engine.Overlap(m.Overlap.ValueString()), FailNotify: recordIDsIn(m.FailNotify),
	}
}

func (m *scheduleModel) record(s engine.Schedule) {
	m.Name = textAfter(m.Name, s.Name)
	m.recordScan(s.Scan)
	m.Cron, m.RRule = textAfter(m.Cron, s.Cron), textAfter(m.RRule, s.RRule)
	m.TimeZone, m.Enabled = types.StringValue(s.TimeZone), types.BoolValue(s.IsEnabled())
	m.StartAt, m.EndAt = timeAfter(m.StartAt, s.StartAt), timeAfter(m.EndAt, s.EndAt)
	m.MaxRuns = intAfter(m.MaxRuns, int64(s.MaxRuns))
	m.Misfire, m.Overlap = types.StringValue(string(s.Misfire)), types.StringValue(string(s.Overlap))
	m.FailNotify = setAfter(m.FailNotify, idTexts(s.FailNotify))
	m.NextRunAt, m.Runs = timetypes.NewRFC3339TimePointerValue(s.NextRunAt), types.Int64Value(int64(s.Runs))
	m.LastScanID, m.LastStatus = types.StringNull(), types.StringNull()
	if s.LastScanID != 0 {
		m.LastScanID = types.StringValue(fmt.Sprint(s.LastScanID))
	}
	if s.LastStatus != "" {
		m.LastStatus = types.StringValue(string(s.LastStatus))
	}
}

func (m *scheduleModel) recordScan(r engine.ScanRequest) {
	m.Targets, m.Exclude = targetsAfter(m.Targets, r.Targets), targetsAfter(m.Exclude, r.Exclude)
	m.TargetIDs, m.TargetGroupIDs = setAfter(m.TargetIDs, idTexts(r.TargetIDs)), setAfter(m.TargetGroupIDs, idTexts(r.TargetGroupIDs))
	if !samePorts(m.Ports.ports(), r.Ports) || m.Ports.IsUnknown() {
		m.Ports = newPortsValue(r.Ports)
	}
	m.ProfileID, m.Label = textAfter(m.ProfileID, r.ProfileID), textAfter(m.Label, r.Label)
	if expect, _ := expectationsOf(m.Expect); !sameExpectations(expect, r.Expect) {
		m.Expect = listOfExpectations(r.Expect)
	}
}
