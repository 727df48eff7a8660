package cli

import (
	"context"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// trendFormat is the one that shows earlier scans.
const trendFormat = "html"

// earlierScans gives the complete scans of the same targets and ports before one, for
// the pages that show a trend; none for others, as listing all scans takes its time.
func earlierScans(ctx context.Context, c *client.Client, of engine.Scan, page *pageFlags) ([]engine.Scan, error) {
	if !slices.ContainsFunc(page.pages(), func(p pageFile) bool { return p.format == trendFormat }) {
		return nil, nil
	}
	scans, err := c.Scans(ctx)
	if err != nil {
		return nil, err
	}
	targets := canonical(of.Targets)
	return slices.DeleteFunc(scans, func(s engine.Scan) bool {
		return s.ID >= of.ID || !s.Complete() || s.Ports != of.Ports || !slices.Equal(canonical(s.Targets), targets)
	}), nil
}

func canonical(targets []engine.Target) []engine.Target {
	list := make([]engine.Target, len(targets))
	for i, t := range targets {
		list[i] = t.Canonical()
	}
	slices.Sort(list)
	return list
}
