package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// newTargetTypeFunction is target_type: address, network or name.
func newTargetTypeFunction() function.Function {
	return targetFunction("target_type", "Whether a target is an address, a network or a name", "`ip`, `cidr` or `domain`.",
		func(t engine.Target) string { return string(t.Kind()) })
}
