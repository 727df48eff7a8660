package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// engineData is what a data source has: the way to the engine.
type engineData struct {
	connection *connection
}

// Configure takes the way to the engine from the provider; there is none while a
// configuration is only validated.
func (d *engineData) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.connection = connectionOf(req.ProviderData, &resp.Diagnostics)
}

// scanDataAttributes describe a scan in a data source, as the resource describes it.
func scanDataAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                textResult("Number of the scan, unique in its engine."),
		"label":             textResult("Name of the scan."),
		"status":            textResult("`pending`, `in_progress`, `done`, `failed` or `cancelled`."),
		"index_id":          intResult("Number of the index with the scan's responses; null until the scan is done, and for good if nothing answered."),
		"created_at":        textResult("When the scan was created, RFC 3339."),
		"started_at":        textResult("When the first address was scanned; null before."),
		"ended_at":          textResult("When the scan ended; null before."),
		"queue_position":    intResult("Place in the queue, 1 is next; null unless the scan is pending."),
		"result_count":      intResult("How many responses the scan has collected."),
		"address_count":     intResult("How many addresses and names the targets stand for, each target once."),
		"owner":             textResult("E-mail address of the user the scan belongs to."),
		"is_scan_from_team": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the scan belongs to somebody else of the caller's team."},
		"summary":           summaryData(),
	}
}

func summaryData() schema.Attribute {
	members, descriptions := map[string]schema.Attribute{}, summaryDescriptions()
	for name := range summaryTypes() {
		members[name] = intResult(descriptions[name])
	}
	return schema.SingleNestedAttribute{Computed: true, Attributes: members, MarkdownDescription: "What the scan has found, in figures."}
}

// scanDataTypes are the types of scanDataAttributes.
func scanDataTypes() map[string]attr.Type {
	members := map[string]attr.Type{}
	for name, a := range scanDataAttributes() {
		members[name] = a.GetType()
	}
	return members
}

// scanData gives the values of scanDataAttributes.
func scanData(scan engine.Scan) map[string]attr.Value {
	return map[string]attr.Value{
		"id":                scanNumber(scan.ID),
		"label":             types.StringValue(clean(scan.Label, lineLength)),
		"status":            types.StringValue(string(scan.Status())),
		"index_id":          optionalInt(scan.IndexID()),
		"created_at":        timeValue(&scan.CreatedAt),
		"started_at":        timeValue(scan.StartedAt),
		"ended_at":          timeValue(scan.EndedAt),
		"queue_position":    optionalInt(scan.QueuePosition),
		"result_count":      types.Int64Value(int64(scan.Count)),
		"address_count":     types.Int64Value(engine.AddressCount(targetSet(scan.Targets))),
		"owner":             types.StringValue(clean(scan.Owner.Email, lineLength)),
		"is_scan_from_team": types.BoolValue(scan.IsFromTeam),
		"summary":           summaryObject(scan.Summary),
	}
}
