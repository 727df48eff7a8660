package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// newSeverityRankFunction is severity_rank: severities as numbers that can be compared.
func newSeverityRankFunction() function.Function {
	return pureFunction{
		name: "severity_rank",
		definition: function.Definition{
			Summary:             "How bad a severity is, as a number",
			MarkdownDescription: "`4` for `critical`, `3` for `high`, `2` for `medium`, `1` for `low` and `0` for `info`: numbers can be compared and sorted. Another word is an error.",
			Parameters:          []function.Parameter{severityParameter()},
			Return:              function.Int64Return{},
		},
		run: func(ctx context.Context, arguments function.ArgumentsData, result *function.ResultData) *function.FuncError {
			severity, err := severityArgument(ctx, arguments, 0)
			if err != nil {
				return err
			}
			return result.Set(ctx, int64(severity.Rank()))
		},
	}
}
