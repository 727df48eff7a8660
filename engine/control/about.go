package control

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// About describes the engine.
func (c *Control) About(ctx context.Context) (engine.About, error) {
	about := c.Config.About
	id, err := c.Store.EngineID(ctx)
	about.EngineID, about.Capabilities = id, c.capabilities(ctx)
	return about, err
}

func (c *Control) capabilities(ctx context.Context) []string {
	list := []string{}
	if c.MaySYN != nil && c.MaySYN() {
		list = append(list, engine.CapableOfSYN)
	}
	// A list that cannot be read is none: scans say so, and every client asks who it
	// speaks to.
	if c.Known == nil {
		return list
	}
	if ready, err := c.Known.Ready(ctx); err == nil && ready {
		list = append(list, engine.CapableOfVulnerabilities)
	}
	return list
}
