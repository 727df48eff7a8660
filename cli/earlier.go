package cli

import (
	"context"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/results"
)

// trendFormat is the one that shows earlier scans.
const trendFormat = "html"

// earlierScans gives the scans before one for the pages that show a trend; none for
// others, as listing all scans takes its time.
func earlierScans(ctx context.Context, c *client.Client, of engine.Scan, page *pageFlags) ([]engine.Scan, error) {
	if !slices.ContainsFunc(page.pages(), func(p pageFile) bool { return p.format == trendFormat }) {
		return nil, nil
	}
	return results.Earlier(ctx, c, of)
}
