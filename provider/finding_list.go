package provider

import (
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Lists of findings are built value by value: types.ListValueFrom finds every
// member of every element by reflection, about 40 times slower at 20,000.

// findingType is the type of one finding.
func findingType() types.ObjectType {
	words := types.ListType{ElemType: types.StringType}
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"id": types.StringType, "scan_id": types.StringType, "rule": types.StringType, "title": types.StringType, "severity": types.StringType,
		"target": types.StringType, "host": types.StringType, "ip": types.StringType, "port": types.Int64Type, "protocol": types.StringType,
		"path": types.StringType, "uri": types.StringType, "evidence": types.StringType, "remedy": types.StringType,
		"references": words, "cwe": words, "tags": words, "owner": types.StringType,
	}}
}

// findingList gives findings as the value of a list attribute.
func findingList(findings []scanFinding) types.List {
	of := findingType()
	elements := make([]attr.Value, len(findings))
	for i := range findings {
		elements[i] = findingObject(&findings[i], of.AttrTypes)
	}
	return types.ListValueMust(of, elements)
}

func findingObject(f *scanFinding, members map[string]attr.Type) types.Object {
	return types.ObjectValueMust(members, map[string]attr.Value{
		"id":         hostText(f.Fingerprint),
		"scan_id":    types.StringValue(strconv.FormatInt(int64(f.scan), 10)),
		"rule":       hostText(f.Rule),
		"title":      hostText(f.Title),
		"severity":   hostText(string(f.Severity)),
		"target":     hostText(string(f.Target)),
		"host":       hostText(f.Host),
		"ip":         hostText(f.IP),
		"port":       types.Int64Value(int64(f.Port)),
		"protocol":   hostText(f.Protocol),
		"path":       hostText(f.Path),
		"uri":        hostText(f.URI),
		"evidence":   hostText(f.Evidence),
		"remedy":     hostText(f.Remedy),
		"references": wordList(f.References),
		"cwe":        wordList(f.CWE),
		"tags":       wordList(f.Tags),
		"owner":      hostText(f.Owner),
	})
}

// hostText is text that may come from a scanned host, as a value.
func hostText(text string) types.String { return types.StringValue(clean(text, textLength)) }

func wordList(words []string) types.List {
	elements := make([]attr.Value, len(words))
	for i, w := range words {
		elements[i] = hostText(w)
	}
	return types.ListValueMust(types.StringType, elements)
}
