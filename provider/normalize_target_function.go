package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// newNormalizeTargetFunction is normalize_target: the one spelling of a target.
func newNormalizeTargetFunction() function.Function {
	return pureFunction{
		name: "normalize_target",
		definition: function.Definition{
			Summary:             "The canonical spelling of a target",
			MarkdownDescription: "The one form that all spellings of a target share: `EXAMPLE.com.` is `example.com`, `192.168.1.7/24` is `192.168.1.0/24`, `2001:DB8:0::1` is `2001:db8::1`.",
			Parameters:          []function.Parameter{targetParameter()},
			Return:              function.StringReturn{},
		},
		run: func(ctx context.Context, arguments function.ArgumentsData, result *function.ResultData) *function.FuncError {
			target, err := targetArgument(ctx, arguments)
			if err != nil {
				return err
			}
			return result.Set(ctx, string(target.Canonical()))
		},
	}
}
