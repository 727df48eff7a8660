package provider

import (
	"context"
	"fmt"

	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

// engineEphemeral is what an ephemeral resource has: the way to the engine. What it gives
// is in no state and no plan.
type engineEphemeral struct {
	connection *connection
}

// Configure takes the way to the engine from the provider; there is none while a
// configuration is only validated.
func (e *engineEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.connection = connectionOf(req.ProviderData, &resp.Diagnostics)
}

// asEphemeralAttribute gives an attribute of a data source as an ephemeral resource has it.
func asEphemeralAttribute(of datasourceschema.Attribute) schema.Attribute {
	switch a := of.(type) {
	case datasourceschema.StringAttribute:
		return schema.StringAttribute{Required: a.Required, Optional: a.Optional, Computed: a.Computed, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case datasourceschema.Int64Attribute:
		return schema.Int64Attribute{Required: a.Required, Optional: a.Optional, Computed: a.Computed, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case datasourceschema.ListAttribute:
		return schema.ListAttribute{Required: a.Required, Optional: a.Optional, Computed: a.Computed, ElementType: a.ElementType, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case datasourceschema.ListNestedAttribute:
		object := schema.NestedAttributeObject{Attributes: asEphemeralAttributes(a.NestedObject.Attributes)}
		return schema.ListNestedAttribute{Required: a.Required, Optional: a.Optional, Computed: a.Computed, NestedObject: object, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	}
	panic(fmt.Sprintf("an ephemeral resource has no attribute such as %T", of))
}

func asEphemeralAttributes(of map[string]datasourceschema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for name, a := range of {
		attributes[name] = asEphemeralAttribute(a)
	}
	return attributes
}
