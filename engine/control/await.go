package control

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// AwaitScan waits until the scan has a step newer than afterStep or has ended, and
// gives it. When ctx ends first it gives the scan as it is: a long poll that ran
// out is no error.
func (c *Control) AwaitScan(ctx context.Context, caller engine.User, id engine.ScanID, afterStep int64) (engine.Scan, error) {
	// The last look must not fail because the wait is over.
	look := context.WithoutCancel(ctx)
	next, leave := c.changes.follow(ctx, id)
	defer leave()
	for {
		changed := next()
		scan, err := c.Scan(look, caller, id)
		if err != nil || scan.State().Final() || lastStepID(scan) > afterStep {
			return scan, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return scan, nil
		}
	}
}

func lastStepID(scan engine.Scan) int64 {
	if len(scan.Steps) == 0 {
		return 0
	}
	return scan.Steps[len(scan.Steps)-1].ID
}
