package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// newTargetTypeFunction is target_type: address, network or name.
func newTargetTypeFunction() function.Function {
	return pureFunction{
		name: "target_type",
		definition: function.Definition{
			Summary:             "Whether a target is an address, a network or a name",
			MarkdownDescription: "`ip`, `cidr` or `domain`.",
			Parameters:          []function.Parameter{targetParameter()},
			Return:              function.StringReturn{},
		},
		run: func(ctx context.Context, arguments function.ArgumentsData, result *function.ResultData) *function.FuncError {
			target, err := targetArgument(ctx, arguments)
			if err != nil {
				return err
			}
			return result.Set(ctx, string(target.Kind()))
		},
	}
}
