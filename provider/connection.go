package provider

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// connection is what a configured provider hands to its objects: the way to the
// engine. The engine is reached, and in this process started, by first use.
type connection struct {
	endpoint string          // of a server; empty otherwise
	embedded *embeddedEngine // on this machine; nil for a server elsewhere
	unknown  string          // the provider attribute that has to be known first; empty otherwise
	guard    guard
	lifetime *lifetime
	dial     func(context.Context) (*client.Client, error)

	mu    sync.Mutex
	about engine.About // once known
}

// unknownConnection stands in while attribute has no value yet.
func (p *Provider) unknownConnection(attribute string, limits guard) *connection {
	return &connection{unknown: attribute, guard: limits, lifetime: p.lifetime, dial: func(context.Context) (*client.Client, error) {
		return nil, &engine.Error{
			Kind: engine.Conflict, Title: "Engine is not known yet", Field: attribute,
			Detail: "the value is known only after apply",
			Hint:   "add depends_on to what creates the server, so that this waits for it",
		}
	}}
}

// engine gives a client and what the engine says about itself.
func (c *connection) engine(ctx context.Context) (*client.Client, engine.About, error) {
	cl, err := c.dial(ctx)
	if err != nil {
		return nil, engine.About{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.about.EngineID != "" {
		return cl, c.about, nil
	}
	about, err := cl.About(ctx)
	if err != nil {
		return nil, engine.About{}, err
	}
	c.about = about
	return cl, about, nil
}

// stays reports whether the engine goes on when this process ends.
func (c *connection) stays() bool { return c.embedded == nil || c.embedded.stays() }

// place is where scans of the engine are.
func (c *connection) place(about engine.About) place {
	return place{engineID: about.EngineID, endpoint: c.endpoint}
}

// lookCommand is a command that shows a scan as the engine knows it. The engine
// in this process is gone when the user reads it; what it said is in the state.
func (c *connection) lookCommand(id engine.ScanID) string {
	if c.endpoint == "" {
		return "terraform show"
	}
	return fmt.Sprintf(`curl -H "X-API-Key: $PORTOLAN_API_KEY" %s/api/scanner/%d/`, c.endpoint, id)
}

// dataSourceConnection takes the way to the engine from the provider; there is
// none while a configuration is only validated.
func dataSourceConnection(req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) *connection {
	return connectionOf(req.ProviderData, &resp.Diagnostics)
}

// connectionOf reads what a configured provider hands to its objects; nil while a
// configuration is only validated.
func connectionOf(data any, diags *diag.Diagnostics) *connection {
	if data == nil {
		return nil
	}
	c, ok := data.(*connection)
	if !ok {
		diags.AddError("Provider is not set up", fmt.Sprintf("expected a connection, got %T", data))
	}
	return c
}
