package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Schema describes the data source.
func (d *findingsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What one or more scans found, worst first.",
		Attributes: map[string]schema.Attribute{
			"scan_id":   scanIDAttribute(),
			"index_ids": indexIDsAttribute(),
			"min_severity": schema.StringAttribute{
				Optional: true, Validators: []validator.String{severityValidator{}},
				MarkdownDescription: "Only findings of this severity or worse: `critical`, `high`, `medium`, `low` or `info`.",
			},
			"rules": schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Only findings of these checks, for example `redis.no-auth`."},
			"hosts": schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Only findings on these hosts or addresses."},
			"ports": schema.ListAttribute{
				Optional: true, ElementType: types.Int64Type, MarkdownDescription: "Only findings on these ports.",
				Validators: []validator.List{listvalidator.ValueInt64sAre(int64validator.Between(1, 65535))},
			},
			"query": schema.StringAttribute{
				Optional: true, Validators: []validator.String{expressionValidator{}},
				MarkdownDescription: "Only findings for which this expression of the [policy language](../guides/policy) is true, for example `kev || cvss >= 9` or `target =~ \"^prod\" && port in [22, 3389]`.",
			},
			"new_since": schema.StringAttribute{
				Optional: true, Validators: []validator.String{scanIDValidator{}},
				MarkdownDescription: "Number of an earlier scan: only findings that it does not have. In `query` they are `new`.",
			},
			"include_waived": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "`false` leaves out findings whose issue was accepted or called a false positive. Default `true`.",
			},
			"limit": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
				MarkdownDescription: fmt.Sprintf("How many findings are read at most. Default `%d`. Every one of them is kept in the state.", defaultFindings),
			},
			"findings":  schema.ListNestedAttribute{Computed: true, MarkdownDescription: "The findings, worst first.", NestedObject: findingSchema()},
			"total":     schema.Int64Attribute{Computed: true, MarkdownDescription: "How many findings there are, those beyond `limit` included."},
			"truncated": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether there are more than `limit`."},
			"counts":    countsSchema(),
		},
	}
}

func findingSchema() schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"id":         textResult("Fingerprint: the same for the same finding in every scan."),
		"scan_id":    textResult("Number of the scan."),
		"rule":       textResult("The check that found it, for example `redis.no-auth`."),
		"title":      textResult("What is wrong, in a few words."),
		"severity":   textResult("`critical`, `high`, `medium`, `low` or `info`."),
		"target":     textResult("The target of the scan that led here."),
		"host":       textResult("Name or address that was asked."),
		"ip":         textResult("Address that answered."),
		"port":       intResult("Port."),
		"protocol":   textResult("Protocol, for example `https`."),
		"path":       textResult("Path of the URL, for HTTP only."),
		"uri":        textResult("The response it was found in."),
		"evidence":   textResult("What was seen. Comes from the scanned host; control characters are escaped."),
		"remedy":     textResult("What to do about it."),
		"references": wordsResult("Where to read more."),
		"cwe":        wordsResult("Weaknesses, as CWE ids."),
		"tags":       wordsResult("Tags of the check."),
		"owner":      textResult("Who is answerable for the place, by an expectation of the scan; empty if nobody is declared."),
	}}
}

func countsSchema() schema.Attribute {
	members, descriptions := map[string]schema.Attribute{}, summaryDescriptions()
	for name := range countsTypes() {
		members[name] = intResult(descriptions[name])
	}
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: "How many findings there are of each severity, those beyond `limit` included.", Attributes: members}
}

func textResult(description string) schema.Attribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func intResult(description string) schema.Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

func wordsResult(description string) schema.Attribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}
