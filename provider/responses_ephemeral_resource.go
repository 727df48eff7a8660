package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// responsesEphemeral is the ephemeral resource portolan_responses: what services answered,
// for what must not be kept in a state. It reads as the data source does.
type responsesEphemeral struct{ engineEphemeral }

var _ ephemeral.EphemeralResourceWithConfigure = (*responsesEphemeral)(nil)

func newResponsesEphemeral() ephemeral.EphemeralResource { return &responsesEphemeral{} }

// Metadata names the ephemeral resource.
func (e *responsesEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_responses"
}

// Schema describes the ephemeral resource.
func (e *responsesEphemeral) Schema(ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	var of datasource.SchemaResponse
	(&responsesDataSource{}).Schema(ctx, datasource.SchemaRequest{}, &of)
	resp.Schema = schema.Schema{
		MarkdownDescription: "What the scanned services answered, as the data source `portolan_responses` reads it, but kept in no state and no plan: banners and pages of other people's machines may hold anything.",
		Attributes:          asEphemeralAttributes(of.Schema.Attributes),
	}
}

// Open reads the responses.
func (e *responsesEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model responsesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	documents, total, err := (&responsesDataSource{connection: e.connection}).read(ctx, &model)
	if err == nil {
		model.Total = types.Int64Value(int64(total))
		model.Responses, err = responseList(documents)
	}
	if err != nil {
		addError(&resp.Diagnostics, "read responses", err, responseAttributes()...)
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)
}
