package client

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// About describes the engine.
func (c *Client) About(ctx context.Context) (about engine.About, err error) {
	err = c.call(ctx, get("/api/engine/", nil), &about)
	return about, err
}

// CurrentUser gives the owner of the key.
func (c *Client) CurrentUser(ctx context.Context) (owner engine.Owner, err error) {
	err = c.call(ctx, get("/api/users/current/", nil), &owner)
	return owner, err
}
