package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// engineDataSource is portolan_engine: which engine it is, and what it can do.
type engineDataSource struct{ engineData }

var _ datasource.DataSourceWithConfigure = (*engineDataSource)(nil)

func newEngineDataSource() datasource.DataSource { return &engineDataSource{} }

type engineModel struct {
	ID           types.String `tfsdk:"id"`
	Version      types.String `tfsdk:"version"`
	Mode         types.String `tfsdk:"mode"`
	DataDir      types.String `tfsdk:"data_dir"`
	Capabilities types.List   `tfsdk:"capabilities"`
}

// Metadata names the data source.
func (d *engineDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_engine"
}

// Schema describes the data source.
func (d *engineDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The engine that the provider uses.",
		Attributes: map[string]schema.Attribute{
			"id":       textResult("Names the engine's data folder for good; scans know it as `engine_id`."),
			"version":  textResult("Version of the engine's program."),
			"mode":     textResult("`" + engine.ModeEmbedded + "` inside the provider, `" + engine.ModeServer + "` for `portolan serve`."),
			"data_dir": textResult("The data folder, on the machine of the engine; null if the engine does not tell."),
			"capabilities": wordsResult("What this engine can do and another may not: `" + engine.CapableOfSYN + "` (it may open raw sockets, so it scans by bare SYN packets) and `" +
				engine.CapableOfVulnerabilities + "` (a list of known vulnerabilities is imported)."),
		},
	}
}

// Read asks the engine about itself.
func (d *engineDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	_, about, err := d.connection.engine(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "ask the engine about itself", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &engineModel{
		ID: types.StringValue(about.EngineID), Version: types.StringValue(about.Version), Mode: types.StringValue(about.Mode),
		DataDir: optionalText(about.DataDir), Capabilities: textList(about.Capabilities),
	})...)
}
