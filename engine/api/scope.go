package api

import (
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// checkScope refuses a key that is not for what the route does.
func checkScope(route Route, scope engine.KeyScope) error {
	needed := route.KeyScope()
	if scope.Includes(needed) {
		return nil
	}
	return &engine.Error{
		Kind: engine.Forbidden, Title: "Key may not do that", Field: "api_key",
		Detail: fmt.Sprintf("%s needs a key of scope %s, this one has %s", route, needed, scope),
		Hint:   fmt.Sprintf("make a key with the scope %s, or use another", needed),
	}
}
