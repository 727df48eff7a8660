package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// engineAction is what every action has: the way to the engine.
//
// An action leaves nothing in the state, and Terraform up to 1.15 ends with 0 when one is
// interrupted: the last word of a provider is not heard then. So an action may fail an
// apply, but a gate that has to hold is fail_on of the resource portolan_scan.
type engineAction struct {
	connection *connection
}

// Configure takes the way to the engine from the provider; there is none while a
// configuration is only validated.
func (a *engineAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.connection = connectionOf(req.ProviderData, &resp.Diagnostics)
}

// announce sends a line to whoever watches the action.
func announce(resp *action.InvokeResponse, format string, arguments ...any) {
	resp.SendProgress(action.InvokeProgressEvent{Message: clean(fmt.Sprintf(format, arguments...), lineLength)})
}

// actionScanID is how actions name a scan.
func actionScanID(description string) schema.Attribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: description, Validators: []validator.String{scanIDValidator{}}}
}

// scanIDValidator accepts numbers of scans.
type scanIDValidator struct{}

var _ validator.String = scanIDValidator{}

func (scanIDValidator) Description(context.Context) string { return "the number of a scan" }

func (v scanIDValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (scanIDValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := parseScanID(req.ConfigValue.ValueString()); err != nil {
		addErrorAt(&resp.Diagnostics, req.Path, err)
	}
}

// asActionAttribute gives an input of a resource as an action takes it: there is no state,
// so nothing is computed and nothing is replaced.
func asActionAttribute(of resourceschema.Attribute) schema.Attribute {
	switch a := of.(type) {
	case resourceschema.StringAttribute:
		return schema.StringAttribute{Required: a.Required, Optional: a.Optional, CustomType: a.CustomType, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resourceschema.Int64Attribute:
		return schema.Int64Attribute{Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resourceschema.BoolAttribute:
		return schema.BoolAttribute{Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resourceschema.ListAttribute:
		return schema.ListAttribute{Required: a.Required, Optional: a.Optional, ElementType: a.ElementType, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resourceschema.ListNestedAttribute:
		object := schema.NestedAttributeObject{Attributes: asActionAttributes(a.NestedObject.Attributes)}
		return schema.ListNestedAttribute{Required: a.Required, Optional: a.Optional, NestedObject: object, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resourceschema.SingleNestedAttribute:
		return schema.SingleNestedAttribute{Required: a.Required, Optional: a.Optional, Attributes: asActionAttributes(a.Attributes), MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	}
	panic(fmt.Sprintf("an action has no attribute such as %T", of))
}

func asActionAttributes(of map[string]resourceschema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for name, a := range of {
		attributes[name] = asActionAttribute(a)
	}
	return attributes
}

// isPending says whether a scan still waits for its turn.
func isPending(s *engine.Scan) bool { return s.State() == engine.StatePending }
