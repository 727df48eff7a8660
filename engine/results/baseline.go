package results

import (
	"context"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// Baseline reads what was known before a scan, and gives the scan it is of. of is the
// scan, or what is known of one that is not created yet: its targets and its source. A
// branch stands for its newest complete scan of the same targets and repository before
// that; where there is none yet, the baseline knows nothing and the scan is 0. A file is
// the caller's to read, and auto to resolve.
func Baseline(ctx context.Context, c *client.Client, ref policy.BaselineRef, of engine.Scan) (policy.Baseline, engine.ScanID, error) {
	scan, err := baselineScan(ctx, c, ref, of)
	if err != nil {
		return policy.Baseline{}, 0, engine.In("baseline", err)
	}
	name := fmt.Sprintf("scan %d", scan.ID)
	if ref.Branch != "" {
		name += " of branch " + ref.Branch
	}
	if scan.ID == 0 {
		return policy.Baseline{Name: fmt.Sprintf("branch %s, without a complete scan yet", ref.Branch)}, 0, nil
	}
	found, err := c.Findings(ctx, client.FindingRequest{ScanID: scan.ID})
	if err != nil {
		return policy.Baseline{}, 0, err
	}
	return policy.BaselineOf(name, engine.Results{Scan: scan, Findings: found.Findings}, policy.Baseline{}), scan.ID, nil
}

func baselineScan(ctx context.Context, c *client.Client, ref policy.BaselineRef, of engine.Scan) (engine.Scan, error) {
	if ref.Branch == "" {
		return c.Scan(ctx, ref.Scan)
	}
	scans, err := c.FindScans(ctx, client.ScanQuery{
		Source:        engine.Source{Repository: of.Source.Repository, Branch: ref.Branch},
		TargetsDigest: engine.TargetsDigest(of.Targets), Complete: true, Before: of.ID, Limit: 1,
	})
	if err != nil || len(scans) == 0 {
		return engine.Scan{}, err
	}
	return scans[0], nil
}
