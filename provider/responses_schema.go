package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Schema describes the data source.
func (d *responsesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What the scanned services answered, newest first. With neither `scan_id` nor `index_ids` all scans are searched, and the newest response of each service is given.",
		Attributes: map[string]schema.Attribute{
			"q": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Search query, for example `port:443 AND NOT http.status_code:200`. Everything when unset.",
			},
			"scan_id":   scanIDAttribute(),
			"index_ids": indexIDsAttribute(),
			"fields": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Only these members of the documents, as dotted paths such as `http.title`; each stands for everything below it. All when unset. " +
					"What is left out is missing from `json`, and null in the other attributes that are read from it.",
			},
			"source_type": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf("include", "exclude"), stringvalidator.AlsoRequires(path.MatchRoot("fields"))},
				MarkdownDescription: "Whether `fields` are those that are read (`include`, the default) or those that are left out (`exclude`).",
			},
			"size": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.Between(1, maxResponses)},
				MarkdownDescription: fmt.Sprintf("How many responses are read at most. Default `%d`. Every one of them is kept in the state.", defaultResponses),
			},
			"responses": schema.ListNestedAttribute{Computed: true, MarkdownDescription: "The responses, newest first.", NestedObject: responseSchema()},
			"total":     intResult("How many responses match, those beyond `size` included."),
		},
	}
}

func responseSchema() schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"uri":      textResult("Names the response, for example `https://192.0.2.7:443/`."),
		"host":     textResult("Name or address that was asked."),
		"ip":       textResult("Address that answered."),
		"port":     intResult("Port."),
		"protocol": textResult("Protocol, for example `https`."),
		"product":  textResult("Software that was recognised, for example `nginx`; null if none was."),
		"version":  textResult("Its version; null if it does not tell."),
		"json":     textResult("The whole document; use `jsondecode`. Comes from the scanned host."),
	}}
}
