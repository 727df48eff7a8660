package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// Limits of how many responses are read.
const (
	defaultResponses = 1000
	maxResponses     = 100_000
)

// responsesDataSource is portolan_responses: what the scanned services answered,
// newest first.
type responsesDataSource struct {
	connection *connection
}

var _ datasource.DataSourceWithConfigure = (*responsesDataSource)(nil)

func newResponsesDataSource() datasource.DataSource { return &responsesDataSource{} }

type responsesModel struct {
	Query    types.String `tfsdk:"q"`
	ScanID   types.String `tfsdk:"scan_id"`
	IndexIDs types.List   `tfsdk:"index_ids"`
	Fields   types.List   `tfsdk:"fields"`
	Source   types.String `tfsdk:"source_type"`
	Size     types.Int64  `tfsdk:"size"`

	Responses types.List  `tfsdk:"responses"`
	Total     types.Int64 `tfsdk:"total"`
}

// Metadata names the data source.
func (d *responsesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_responses"
}

// Configure takes the way to the engine from the provider.
func (d *responsesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.connection = dataSourceConnection(req, resp)
}

// Read asks the engine for the responses.
func (d *responsesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model responsesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	documents, total, err := d.read(ctx, &model)
	if err == nil {
		model.Total = types.Int64Value(int64(total))
		model.Responses, err = responseList(documents)
	}
	if err != nil {
		addError(&resp.Diagnostics, "read responses", err, responseAttributes()...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// responseAttributes are those an error about responses may be at.
func responseAttributes() []string {
	return []string{"q", "scan_id", "index_ids", "fields", "source_type", "size"}
}

func (d *responsesDataSource) read(ctx context.Context, model *responsesModel) (documents []json.RawMessage, total int, err error) {
	scans, isNamed, err := selectScans(model.ScanID, model.IndexIDs)
	if err != nil || isNamed && len(scans) == 0 {
		return nil, 0, err // every index is null: nothing answered, and that is not the same as all indices
	}
	c, err := d.connection.dial(ctx)
	if err != nil {
		return nil, 0, err
	}
	if total, err = c.Count(ctx, client.SearchRequest{Query: model.query(), Indices: scans}); err != nil {
		return nil, 0, err
	}
	size := min(total, int(intOr(model.Size, defaultResponses)))
	if size == 0 {
		return nil, total, nil
	}
	download := client.DownloadRequest{Query: model.query(), Indices: scans, Fields: stringsOf(model.Fields), SourceType: model.Source.ValueString(), Size: size}
	for document, err := range c.Download(ctx, download) {
		if err != nil {
			return nil, 0, err
		}
		documents = append(documents, document)
	}
	return documents, total, nil
}

// query is everything when none is set.
func (m *responsesModel) query() string {
	if q := m.Query.ValueString(); q != "" {
		return q
	}
	return "*"
}
