package provider

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// connected is an object that a configured provider hands the way to the engine to, as
// resources and list resources take it.
type connected struct {
	connection *connection
}

// Configure takes the way to the engine from the provider; there is none while a
// configuration is only validated.
func (o *connected) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	o.connection = connectionOf(req.ProviderData, &resp.Diagnostics)
}

// listResults gives items as the results of a list resource, as long as Terraform wants
// more: they are asked for while it takes them. describe fills in one result.
//
// An error is a result like any other. Whoever replaces stream.Results from inside an
// iterator loses it: Terraform would see a list that is merely short.
func listResults[T any](ctx context.Context, req list.ListRequest, doing string, items iter.Seq2[T, error], describe func(T, *list.ListResult)) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		given := int64(0)
		for item, err := range items {
			if err != nil {
				push(failedResult(doing, err))
				return
			}
			result := req.NewListResult(ctx)
			describe(item, &result)
			if given++; !push(result) || given == req.Limit { // no limit is 0
				return
			}
		}
	}
}

// failedResult is an error in the place of a result. attributes are those of the
// configuration it may be about.
func failedResult(doing string, err error, attributes ...string) list.ListResult {
	var result list.ListResult
	addError(&result.Diagnostics, doing, err, attributes...)
	return result
}

// blank makes a resource without any value: all its attributes are null, and of their
// types.
func blank(ctx context.Context, r *tfsdk.Resource) {
	object, ok := r.Schema.Type().TerraformType(ctx).(tftypes.Object)
	if !ok {
		return // a schema is always an object
	}
	members := map[string]tftypes.Value{}
	for name, of := range object.AttributeTypes {
		members[name] = tftypes.NewValue(of, nil)
	}
	r.Raw = tftypes.NewValue(object, members)
}
