package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// newNormalizeTargetFunction is normalize_target: the one spelling of a target.
func newNormalizeTargetFunction() function.Function {
	return targetFunction("normalize_target", "The canonical spelling of a target",
		"The one form that all spellings of a target share: `EXAMPLE.com.` is `example.com`, `192.168.1.7/24` is `192.168.1.0/24`, `2001:DB8:0::1` is `2001:db8::1`.",
		func(t engine.Target) string { return string(t.Canonical()) })
}
