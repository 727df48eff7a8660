package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// defaultScans is how many scans are listed when no limit is set.
const defaultScans = 100

// scansDataSource is portolan_scans: the scans there are, newest first.
type scansDataSource struct{ engineData }

var _ datasource.DataSourceWithConfigure = (*scansDataSource)(nil)

func newScansDataSource() datasource.DataSource { return &scansDataSource{} }

type scansModel struct {
	Status       types.String      `tfsdk:"status"`
	Label        types.String      `tfsdk:"label"`
	CreatedAfter timetypes.RFC3339 `tfsdk:"created_after"`
	Owner        types.String      `tfsdk:"owner"`
	Limit        types.Int64       `tfsdk:"limit"`

	Scans types.List `tfsdk:"scans"`
	IDs   types.List `tfsdk:"ids"`
}

// Metadata names the data source.
func (d *scansDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_scans"
}

// Schema describes the data source.
func (d *scansDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The scans that the engine holds, newest first.",
		Attributes: map[string]schema.Attribute{
			"status":        schema.StringAttribute{Optional: true, MarkdownDescription: statusDescription, Validators: []validator.String{stringvalidator.OneOf(statuses()...)}},
			"label":         schema.StringAttribute{Optional: true, MarkdownDescription: labelDescription, Validators: []validator.String{patternValidator{}}},
			"created_after": schema.StringAttribute{Optional: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: createdAfterDescription},
			"owner":         schema.StringAttribute{Optional: true, MarkdownDescription: ownerDescription},
			"limit": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
				MarkdownDescription: fmt.Sprintf("How many scans are listed at most. Default `%d`.", defaultScans),
			},
			"scans": schema.ListNestedAttribute{Computed: true, MarkdownDescription: "The scans, newest first.", NestedObject: schema.NestedAttributeObject{Attributes: scanDataAttributes()}},
			"ids":   wordsResult("Their numbers."),
		},
	}
}

// Read asks the engine for the scans.
func (d *scansDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model scansModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	scans, err := d.read(ctx, &model)
	if err != nil {
		addError(&resp.Diagnostics, "list scans", err, "status", "label", "created_after", "owner", "limit")
		return
	}
	model.record(scans)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (d *scansDataSource) read(ctx context.Context, model *scansModel) (scans []engine.Scan, err error) {
	filter, err := scanFilterModel{Status: model.Status, Label: model.Label, CreatedAfter: model.CreatedAfter, Owner: model.Owner}.filter()
	if err != nil {
		return nil, err
	}
	c, err := d.connection.dial(ctx)
	if err != nil {
		return nil, err
	}
	limit := int(intOr(model.Limit, defaultScans))
	for scan, err := range filter.scans(ctx, c) {
		if err != nil {
			return nil, err
		}
		if scans = append(scans, scan); len(scans) == limit {
			break
		}
	}
	return scans, nil
}

func (m *scansModel) record(scans []engine.Scan) {
	of := types.ObjectType{AttrTypes: scanDataTypes()}
	elements, ids := make([]attr.Value, len(scans)), make([]attr.Value, len(scans))
	for i, scan := range scans {
		elements[i], ids[i] = types.ObjectValueMust(of.AttrTypes, scanData(scan)), scanNumber(scan.ID)
	}
	m.Scans, m.IDs = types.ListValueMust(of, elements), types.ListValueMust(types.StringType, ids)
}
