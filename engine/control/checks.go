package control

import (
	"context"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Checks describes everything that this engine looks for, by id: the checks it knows,
// and the rules that are none.
func (c *Control) Checks(context.Context) ([]engine.Rule, error) {
	if c.Catalogue == nil {
		return nil, nil
	}
	return c.Catalogue()
}

// Check describes one of [Control.Checks]; [engine.NotFound] if there is none with the id.
func (c *Control) Check(ctx context.Context, id string) (engine.Rule, error) {
	rules, err := c.Checks(ctx)
	if err != nil {
		return engine.Rule{}, err
	}
	for _, rule := range rules {
		if rule.ID == id {
			return rule, nil
		}
	}
	return engine.Rule{}, &engine.Error{
		Kind: engine.NotFound, Title: "No such check", Field: "id", Detail: fmt.Sprintf("there is no check %q", id),
		Hint: engine.Meant(id, engine.RuleIDs(rules), "GET /api/checks/ lists all"),
	}
}
