package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// maxInlineTargets is how many targets a configuration may list. Terraform
// copies and prints every one of them at each step; ranges belong in CIDRs.
const maxInlineTargets = 1000

// targetsValidator checks a list of targets, each element at its own path.
type targetsValidator struct{}

var _ validator.List = targetsValidator{}

func (targetsValidator) Description(context.Context) string {
	return fmt.Sprintf("1 to %d addresses, CIDRs or domain names", maxInlineTargets)
}

func (v targetsValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (targetsValidator) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	switch n := len(req.ConfigValue.Elements()); {
	case n == 0:
		addErrorAt(&resp.Diagnostics, req.Path, engine.ValidateTargets(nil))
	case n > maxInlineTargets:
		resp.Diagnostics.AddAttributeError(req.Path, "Too many targets",
			fmt.Sprintf("The list has %d entries, at most %d can be listed here.\n\nWrite neighbouring addresses as a CIDR, such as 192.0.2.0/24, or split the list over several scans.", n, maxInlineTargets))
	}
	validateElements(ctx, req, resp)
}

func validateElements(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	for i, element := range req.ConfigValue.Elements() {
		at := req.Path.AtListIndex(i)
		if element.IsNull() {
			resp.Diagnostics.AddAttributeError(at, "Target is not valid", "The target is null.\n\nLeave it out, or use compact() on the list.")
			continue
		}
		if v, ok := element.(targetValue); ok {
			result := xattr.ValidateAttributeResponse{}
			v.ValidateAttribute(ctx, xattr.ValidateAttributeRequest{Path: at}, &result)
			resp.Diagnostics.Append(result.Diagnostics...)
		}
	}
}

// exclusionsValidator checks a list of addresses and CIDRs that are never touched.
type exclusionsValidator struct{}

var _ validator.List = exclusionsValidator{}

func (exclusionsValidator) Description(context.Context) string { return "addresses and CIDRs" }

func (v exclusionsValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (exclusionsValidator) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	validateElements(ctx, req, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	for i, element := range req.ConfigValue.Elements() {
		v, ok := element.(targetValue)
		if ok && !v.IsUnknown() && v.target().Kind() == engine.TargetDomain {
			resp.Diagnostics.AddAttributeError(req.Path.AtListIndex(i), "Exclusion is not valid",
				fmt.Sprintf("%q is a name; what is excluded are addresses.\n\nWrite its addresses or a CIDR.", clean(v.ValueString(), lineLength)))
		}
	}
}
