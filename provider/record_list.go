package provider

import (
	"context"
	"fmt"
	"iter"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// recordListResource lists the records of a noun for terraform query.
type recordListResource[T any, P engine.NounOf[T], M any] struct {
	connected
	recordType[T, P, M]
}

func newRecordListResource[T any, P engine.NounOf[T], M any](of recordType[T, P, M]) list.ListResource {
	return &recordListResource[T, P, M]{recordType: of}
}

// recordListModel is the config of a list block.
type recordListModel struct {
	Name types.String `tfsdk:"name"`
}

// Metadata names the resource that is listed.
func (l *recordListResource[T, P, M]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + l.name
}

// ListResourceConfigSchema describes what can be selected.
func (l *recordListResource[T, P, M]) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Every " + l.word + " of the team, in the order they were declared: to find those that no configuration knows, and to import them.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{Optional: true, Validators: []validator.String{patternValidator{}}, MarkdownDescription: "Only those whose name matches this regular expression, for example `^shop`."},
		},
	}
}

// List gives the records that are selected.
func (l *recordListResource[T, P, M]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	doing := "list each " + l.word
	var config recordListModel
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	c, about, err := l.connection.engine(ctx)
	if err != nil {
		stream.Results = list.ListResultsStreamDiagnostics(failedResult(doing, err).Diagnostics)
		return
	}
	name, err := regexp.Compile(config.Name.ValueString()) // "" matches all
	if err != nil {
		stream.Results = list.ListResultsStreamDiagnostics(failedResult(doing, inField("name", badPattern(err)), "name").Diagnostics)
		return
	}
	stream.Results = listResults(ctx, req, doing, l.each(ctx, c, name), func(kept T, result *list.ListResult) {
		l.describe(ctx, kept, about, req.IncludeResource, result)
	})
}

// recordListPart is how many records are asked for at a time.
const recordListPart = 100

// each yields the records that match, and asks for no more of them than are taken.
func (l *recordListResource[T, P, M]) each(ctx context.Context, c *client.Client, name *regexp.Regexp) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for offset := 0; ; offset += recordListPart {
			part, err := l.records(c).List(ctx, client.RecordQuery{Offset: offset, Limit: recordListPart})
			if err != nil {
				yield(*new(T), err)
				return
			}
			for _, kept := range part {
				if name.MatchString(P(&kept).RecordName()) && !yield(kept, nil) {
					return
				}
			}
			if len(part) < recordListPart {
				return
			}
		}
	}
}

// describe fills in a result: the record as an import would have it.
func (l *recordListResource[T, P, M]) describe(ctx context.Context, kept T, about engine.About, whole bool, result *list.ListResult) {
	id := fmt.Sprint(P(&kept).Stamped().ID)
	result.DisplayName = clean(P(&kept).RecordName(), lineLength)
	result.Diagnostics.Append(result.Identity.Set(ctx, identity{ID: id})...)
	if !whole {
		return
	}
	var model M
	blank(ctx, result.Resource)
	result.Diagnostics.Append(result.Resource.Get(ctx, &model)...)
	l.take(&model, kept, about)
	result.Diagnostics.Append(result.Resource.Set(ctx, &model)...)
}
