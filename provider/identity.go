package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
)

// identity names an object for Terraform 1.12 and newer: every one by its number in the
// engine.
type identity struct {
	ID string `tfsdk:"id"`
}

// identitySchema describes identity; word is what the object is called: "scan".
func identitySchema(word string) identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "Number of the " + word + "."},
	}}
}

// importRef is what an import names, by an id or by an identity.
func importRef(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) string {
	ref := req.ID
	if ref == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &ref)...)
	}
	return ref
}

// importNumber imports what is named by its number, which parse judges.
func importNumber[N any](ctx context.Context, parse func(string) (N, error), req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := importRef(ctx, req, resp)
	if _, err := parse(id); err != nil {
		addErrorAt(&resp.Diagnostics, path.Root("id"), err)
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: id})...)
}
