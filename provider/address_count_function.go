package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// newAddressCountFunction is address_count: how much a scan of targets would be.
func newAddressCountFunction() function.Function {
	return pureFunction{
		name: "address_count",
		definition: function.Definition{
			Summary: "How many addresses and names targets stand for",
			MarkdownDescription: "What `address_count` of a `portolan_scan` would be, before there is one: for a `precondition`, or the validation of a variable. " +
				"Each target counts once, however often and in whatever spelling it is listed.",
			Parameters: []function.Parameter{targetsParameter()},
			Return:     function.Int64Return{},
		},
		run: func(ctx context.Context, arguments function.ArgumentsData, result *function.ResultData) *function.FuncError {
			targets, err := targetsArgument(ctx, arguments)
			if err != nil {
				return err
			}
			return result.Set(ctx, engine.AddressCount(targetSet(targets)))
		},
	}
}
