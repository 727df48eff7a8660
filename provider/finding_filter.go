package provider

import (
	"cmp"
	"context"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// noLimit asks for all findings.
const noLimit = 0

// findingFilter selects findings of several scans.
type findingFilter struct {
	scans       []engine.ScanID
	minSeverity engine.Severity
	rules       []string
	hosts       []string
	ports       []int
}

// scanFinding is a finding and the scan it is of.
type scanFinding struct {
	engine.Finding
	scan engine.ScanID
}

// findingPage is the worst findings of all that pass a filter, and how many
// there are of them.
type findingPage struct {
	findings []scanFinding
	total    int
	counts   engine.Summary
}

// read gives at most limit findings, the worst of all scans first.
func (f findingFilter) read(ctx context.Context, c *client.Client, limit int) (findingPage, error) {
	var all findingPage
	for _, scan := range f.scans {
		if err := f.readScan(ctx, c, scan, limit, &all); err != nil {
			return findingPage{}, err
		}
	}
	if len(f.scans) > 1 {
		slices.SortStableFunc(all.findings, worstFirst)
	}
	if limit != noLimit && len(all.findings) > limit {
		all.findings = all.findings[:limit]
	}
	return all, nil
}

// worstFirst is the order in which the engine gives the findings of one scan.
func worstFirst(a, b scanFinding) int {
	return cmp.Or(
		cmp.Compare(b.Severity.Rank(), a.Severity.Rank()),
		cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Target, b.Target), cmp.Compare(a.Port, b.Port),
		cmp.Compare(a.Fingerprint, b.Fingerprint), cmp.Compare(a.scan, b.scan),
	)
}

// readScan adds the findings of one scan.
func (f findingFilter) readScan(ctx context.Context, c *client.Client, scan engine.ScanID, limit int, all *findingPage) error {
	page, err := c.Findings(ctx, client.FindingRequest{
		ScanID: scan, MinSeverity: f.minSeverity, Rules: f.rules, Hosts: f.hosts, Ports: f.ports, Limit: limit,
	})
	if err != nil {
		return err
	}
	all.add(page)
	for _, finding := range page.Findings {
		all.findings = append(all.findings, scanFinding{Finding: finding, scan: scan})
	}
	return nil
}

func (p *findingPage) add(page client.FindingPage) {
	p.total += page.Total
	p.counts.Add(engine.Critical, page.Counts.Critical)
	p.counts.Add(engine.High, page.Counts.High)
	p.counts.Add(engine.Medium, page.Counts.Medium)
	p.counts.Add(engine.Low, page.Counts.Low)
	p.counts.Add(engine.Info, page.Counts.Info)
}

// plain gives the findings without their scans.
func (p *findingPage) plain() []engine.Finding {
	findings := make([]engine.Finding, len(p.findings))
	for i, f := range p.findings {
		findings[i] = f.Finding
	}
	return findings
}
