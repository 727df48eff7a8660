package client

import (
	"context"
	"fmt"
	"net/url"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Diff says what changed from the scan base to another. With base 0 the engine takes the
// newest complete scan before it of the same owner with the same targets and ports;
// [engine.NotFound] if there is none.
func (c *Client) Diff(ctx context.Context, id, base engine.ScanID) (diff engine.Diff, err error) {
	values := url.Values{}
	if base != 0 {
		values.Set("base", fmt.Sprint(base))
	}
	err = c.call(ctx, get(scanPath(id)+"diff/", values), &diff)
	return diff, err
}
