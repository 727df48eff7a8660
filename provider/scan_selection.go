package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// scanIDAttribute and indexIDsAttribute are how the data sources name scans.
func scanIDAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Number of the scan. Conflicts with `index_ids`.",
		Validators:          []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("index_ids"))},
	}
}

func indexIDsAttribute() schema.ListAttribute {
	return schema.ListAttribute{
		Optional: true, ElementType: types.Int64Type,
		MarkdownDescription: "Numbers of indices. Null ones, as of scans nothing answered, are left out. Conflicts with `scan_id`.",
		Validators:          []validator.List{listvalidator.ConflictsWith(path.MatchRoot("scan_id"))},
	}
}

// selectScans reads both attributes. The index of a scan has its scan's number.
// isNamed is false when neither is set; scans may be empty all the same, when
// every index is null.
func selectScans(scanID types.String, indexIDs types.List) (scans []engine.ScanID, isNamed bool, err error) {
	if !scanID.IsNull() {
		id, err := parseScanID(scanID.ValueString())
		return []engine.ScanID{id}, true, err
	}
	for _, element := range indexIDs.Elements() {
		if id, ok := element.(types.Int64); ok && !id.IsNull() {
			scans = append(scans, engine.ScanID(id.ValueInt64()))
		}
	}
	return scans, !indexIDs.IsNull(), nil
}

func stringsOf(list types.List) []string {
	var words []string
	for _, element := range list.Elements() {
		if s, ok := element.(types.String); ok && !s.IsNull() {
			words = append(words, s.ValueString())
		}
	}
	return words
}

func intsOf(list types.List) []int {
	var numbers []int
	for _, element := range list.Elements() {
		if n, ok := element.(types.Int64); ok && !n.IsNull() {
			numbers = append(numbers, int(n.ValueInt64()))
		}
	}
	return numbers
}
