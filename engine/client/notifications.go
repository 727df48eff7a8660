package client

import (
	"context"
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Notifications tell people, or other programs, of what has happened. Their secrets are
// written and never read.
func (c *Client) Notifications() Records[engine.Notification, *engine.Notification] {
	return Records[engine.Notification, *engine.Notification]{c, "/api/notifications/"}
}

// Deliveries gives the deliveries of a notification, the newest first: limit of them, 0
// for all that are kept.
func (c *Client) Deliveries(ctx context.Context, id engine.RecordID, limit int) ([]engine.Delivery, error) {
	return inParts[engine.Delivery](ctx, c, c.Notifications().one(id)+"deliveries/", limit, 0, nil)
}

// TestNotification delivers a notice at once, to see whether it arrives.
func (c *Client) TestNotification(ctx context.Context, id engine.RecordID) (d engine.Delivery, err error) {
	err = c.call(ctx, request{method: http.MethodPost, path: c.Notifications().one(id) + "test/"}, &d)
	return d, err
}
