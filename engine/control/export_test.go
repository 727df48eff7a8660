package control

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// RenewLeases is what Run does at every tick of renewTime.
func (c *Control) RenewLeases(ctx context.Context) error { return c.renewLeases(ctx) }

// MayRun reports whether this process may start a pending scan.
func (c *Control) MayRun(scan engine.Scan) bool { return c.mayRun(scan) }
