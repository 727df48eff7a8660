package private

import (
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// checkRoutes say what the engine looks for.
func (d *dialect) checkRoutes() []api.Route {
	const chapter = "Checks"
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/api/checks/", Handle: d.listChecks, Success: http.StatusOK,
			ID: "listChecks", Chapter: chapter, Summary: "List what is looked for", Own: true,
			Doc:    "All checks this engine knows, and what it finds without one, by id. The rule of a finding is the id of one of them.",
			Answer: []engine.Rule{},
		},
		{
			Method: http.MethodGet, Path: "/api/checks/{id}/", Handle: d.getCheck, Success: http.StatusOK,
			ID: "getCheck", Chapter: chapter, Summary: "Describe a check", Own: true,
			Doc:        "What it asks, what its findings mean, and what to do about them.",
			Parameters: []api.Argument{{Name: "id", Kind: api.Text, Required: true, Doc: "which check", Example: engine.RuleExploited}},
			Answer:     engine.Rule{}, Refuses: []engine.Kind{engine.NotFound},
		},
	}
}

func (d *dialect) listChecks(call *api.Call) error {
	rules, err := d.control.Checks(call.Context())
	if err != nil {
		return err
	}
	return call.Answer(append([]engine.Rule{}, rules...))
}

func (d *dialect) getCheck(call *api.Call) error {
	rule, err := d.control.Check(call.Context(), call.Path("id"))
	if err != nil {
		return err
	}
	return call.Answer(rule)
}
