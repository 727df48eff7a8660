package provider

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
	"github.com/portolan-io/terraform-provider-portolan/engine/results"
)

// terminalFormat is the one that is no file.
const terminalFormat = "table"

// pageFormats are the formats of files.
func pageFormats() []string {
	return slices.DeleteFunc(pages.Formats(), func(name string) bool { return name == terminalFormat })
}

// pageOf writes a report of a scan. The same scan gives the same page all day: what
// suppressions and their ends say changes at midnight (UTC).
func pageOf(ctx context.Context, c *client.Client, id engine.ScanID, format, version string, g gate) ([]byte, error) {
	scan, err := c.Scan(ctx, id)
	if err != nil {
		return nil, inField("scan_id", err)
	}
	full, err := reportOf(ctx, c, scan, g)
	if err != nil {
		return nil, err
	}
	if format == "html" {
		if full.Earlier, err = results.Earlier(ctx, c, scan); err != nil {
			return nil, err
		}
	}
	full.Version = version
	var page bytes.Buffer
	err = pages.Write(&page, format, full)
	return page.Bytes(), err
}

func reportOf(ctx context.Context, c *client.Client, scan engine.Scan, g gate) (pages.Report, error) {
	found, err := results.Of(ctx, c, scan)
	if err != nil {
		return pages.Report{}, err
	}
	ports, err := results.Ports(ctx, c, found)
	if err != nil {
		return pages.Report{}, err
	}
	results.NoteQuiet(&found, ports)
	baseline, err := g.readBaseline(ctx, c)
	if err != nil {
		return pages.Report{}, err
	}
	full := pages.Report{Scan: scan, Ports: ports, Assessment: policy.Assess(engine.NewSight(found), found.Findings, baseline, g.suppressions, today())}
	if g.failOn != nil {
		full.Verdict = g.failOn.Judge(full.Assessment)
	}
	return full, nil
}

// today is when the day began (UTC).
func today() time.Time { return time.Now().UTC().Truncate(24 * time.Hour) }
