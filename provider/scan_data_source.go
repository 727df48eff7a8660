package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// scanDataSource is portolan_scan: one scan that some other configuration, a schedule or
// a person has made.
type scanDataSource struct{ engineData }

var (
	_ datasource.DataSourceWithConfigure        = (*scanDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*scanDataSource)(nil)
)

func newScanDataSource() datasource.DataSource { return &scanDataSource{} }

// scanChoice is how one scan is chosen.
type scanChoice struct {
	id, label  string
	mostRecent bool
}

// Metadata names the data source.
func (d *scanDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_scan"
}

// Schema describes the data source.
func (d *scanDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := scanDataAttributes()
	attributes["id"] = schema.StringAttribute{Optional: true, Computed: true, Validators: []validator.String{scanIDValidator{}}, MarkdownDescription: "Number of the scan."}
	attributes["label"] = schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Name of the scan, exactly. Several with one name are an error unless `most_recent` is set."}
	attributes["most_recent"] = schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether the newest is taken of several scans that match; alone, the newest of all."}
	attributes["targets"] = wordsResult("What was scanned.")
	attributes["exclude"] = wordsResult("What was never touched.")
	attributes["ports"] = textResult("The ports that were looked at, as `portolan_scan` takes them.")
	attributes["targets_sha256"] = textResult("Hash of the targets, the same for every order and spelling.")
	attributes["engine_id"] = textResult("The engine that holds the scan.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "One scan that the engine holds: of another configuration, a schedule, the command line. It scans nothing.",
		Attributes:          attributes,
	}
}

// ConfigValidators ask for one way of choosing a scan.
func (d *scanDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.AtLeastOneOf(path.MatchRoot("id"), path.MatchRoot("label"), path.MatchRoot("most_recent")),
		datasourcevalidator.Conflicting(path.MatchRoot("id"), path.MatchRoot("label")),
		datasourcevalidator.Conflicting(path.MatchRoot("id"), path.MatchRoot("most_recent")),
	}
}

// Read asks the engine for the scan.
func (d *scanDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var id, label types.String
	var mostRecent types.Bool
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("label"), &label)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("most_recent"), &mostRecent)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	scan, about, err := d.read(ctx, scanChoice{id: id.ValueString(), label: label.ValueString(), mostRecent: mostRecent.ValueBool()})
	if err != nil {
		addError(&resp.Diagnostics, "read the scan", err, "id", "label", "most_recent")
		return
	}
	values := scanData(scan)
	values["most_recent"] = mostRecent
	values["targets"], values["exclude"] = textList(scan.Targets), textList(scan.Exclude)
	values["ports"] = types.StringValue(string(scan.Ports))
	values["targets_sha256"] = types.StringValue(targetsDigest(scan.Targets))
	values["engine_id"] = types.StringValue(about.EngineID)
	members := map[string]attr.Type{}
	for name, value := range values {
		members[name] = value.Type(ctx)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, types.ObjectValueMust(members, values))...)
}

func (d *scanDataSource) read(ctx context.Context, choice scanChoice) (engine.Scan, engine.About, error) {
	c, about, err := d.connection.engine(ctx)
	if err != nil {
		return engine.Scan{}, about, err
	}
	scan, err := choice.find(ctx, c)
	return scan, about, err
}

// find gives the one scan that is meant.
func (s scanChoice) find(ctx context.Context, c *client.Client) (engine.Scan, error) {
	if s.id != "" {
		id, err := parseScanID(s.id)
		if err != nil {
			return engine.Scan{}, err
		}
		return c.Scan(ctx, id)
	}
	scans, err := c.FindScans(ctx, client.ScanQuery{Label: s.label, Limit: 2})
	switch {
	case err != nil:
		return engine.Scan{}, err
	case len(scans) == 0:
		return engine.Scan{}, s.notFound()
	case len(scans) > 1 && !s.mostRecent:
		return engine.Scan{}, &engine.Error{
			Kind: engine.Conflict, Title: "Several scans have this label", Field: "label",
			Detail: fmt.Sprintf("scans %d and %d, and perhaps others, are called %q", scans[0].ID, scans[1].ID, s.label),
			Hint:   "set most_recent = true for the newest of them, or name the id",
		}
	}
	return scans[0], nil
}

func (s scanChoice) notFound() error {
	if s.label == "" {
		return &engine.Error{Kind: engine.NotFound, Title: "No scan yet", Field: "most_recent", Detail: "the engine holds no scan", Hint: "make one with the resource portolan_scan, and let this depend on it"}
	}
	return &engine.Error{
		Kind: engine.NotFound, Title: "Scan not found", Field: "label", Detail: fmt.Sprintf("no scan is called %q", s.label),
		Hint: "check the spelling; the data source portolan_scans lists what there is",
	}
}
