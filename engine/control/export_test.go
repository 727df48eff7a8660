package control

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// RenewLeases is what Run does at every tick of renewTime.
func (c *Control) RenewLeases(ctx context.Context) error { return c.renewLeases(ctx) }

// DoubtBus is what Run does at every tick of renewTime.
func (c *Control) DoubtBus() { c.runs.doubtBus() }

// MayStart reports whether this process may start a pending scan.
func (c *Control) MayStart(id engine.ScanID) bool { return c.mayStart(store.Waiting{ID: id}) }

// Listening is how many listen to events, and how many scans are followed.
func (c *Control) Listening() (listening, followed int) {
	c.listeners.lock.Lock()
	defer c.listeners.lock.Unlock()
	c.changes.lock.Lock()
	defer c.changes.lock.Unlock()
	return c.listeners.all, len(c.changes.followed)
}

// MergeBatch is how many findings one transaction takes.
const MergeBatch = mergeBatch

// ClaimDeliveries takes deliveries as a process does that is killed then.
func (c *Control) ClaimDeliveries(ctx context.Context) ([]engine.Delivery, error) {
	return c.claimDeliveries(ctx)
}
