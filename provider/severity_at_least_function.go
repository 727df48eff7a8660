package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// newSeverityAtLeastFunction is severity_at_least: the bad ones of a list of findings.
func newSeverityAtLeastFunction() function.Function {
	return pureFunction{
		name: "severity_at_least",
		definition: function.Definition{
			Summary:             "The findings of a severity or worse",
			MarkdownDescription: "Of a list of findings, such as `data.portolan_findings.NAME.findings`, those that are as bad as `severity` or worse, as they are and in their order. Any list of objects with a member `severity` will do.",
			Parameters:          []function.Parameter{findingsParameter(), severityParameter()},
			Return:              function.DynamicReturn{},
		},
		run: func(ctx context.Context, arguments function.ArgumentsData, result *function.ResultData) *function.FuncError {
			findings, err := findingsArgument(ctx, arguments)
			if err != nil {
				return err
			}
			floor, err := severityArgument(ctx, arguments, 1)
			if err != nil {
				return err
			}
			return result.Set(ctx, types.DynamicValue(findings.only(func(f engine.Finding) bool { return f.Severity.AtLeast(floor) })))
		},
	}
}

// only gives those findings that pass, as a list of what was given: its elements may be
// of one type, or each of its own.
func (l findingsGiven) only(pass func(engine.Finding) bool) attr.Value {
	kept, ofTypes := []attr.Value{}, []attr.Type{}
	for i, finding := range l.findings {
		if pass(finding) {
			kept, ofTypes = append(kept, l.elements[i]), append(ofTypes, l.elements[i].Type(context.Background()))
		}
	}
	if l.elementType == nil {
		return types.TupleValueMust(ofTypes, kept)
	}
	return types.ListValueMust(l.elementType, kept)
}
