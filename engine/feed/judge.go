package feed

import (
	"context"
	"fmt"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
)

// Judge says what is known of the software in reports.
type Judge struct {
	known Finder
}

// NewJudge judges by what known finds.
func NewJudge(known Finder) *Judge { return &Judge{known} }

// Ready tells whether anything was imported by which to judge.
func (j *Judge) Ready(ctx context.Context) (bool, error) { return j.known.Ready(ctx) }

// Enrich gives the documents of a report the CVEs of the software they name, and the
// report the findings of [Rules]. Of several documents that show the same software at
// one port the first in the report has the finding.
func (j *Judge) Enrich(ctx context.Context, report *engine.Report) error {
	told := map[string]bool{} // fingerprints
	for i := range report.Responses {
		r := &report.Responses[i]
		products, err := j.products(ctx, r)
		if err != nil {
			return fmt.Errorf("look up the software at %s: %w", r.URI, err)
		}
		r.CVEs = cvesOf(products)
		for _, p := range products {
			for _, f := range p.findings(r) {
				if !told[f.Fingerprint] {
					told[f.Fingerprint] = true
					report.Findings = append(report.Findings, f)
				}
			}
		}
	}
	return nil
}

// product is software with vulnerabilities, as one response shows it.
type product struct {
	tag       *engine.Tag
	name      string // CPE
	firm      []Match
	potential []Match
}

// products gives those of a response's tags of which CVEs are known.
func (j *Judge) products(ctx context.Context, r *engine.Response) ([]product, error) {
	var all []product
	for i := range r.Tags {
		tag := &r.Tags[i]
		isKnown := slices.ContainsFunc(all, func(p product) bool { return p.tag.Name == tag.Name })
		if isKnown || len(tag.CPE) == 0 {
			continue
		}
		name, err := cpe.Parse(tag.CPE[0])
		if err != nil {
			continue // agents of another version may name products otherwise
		}
		subject, ok := NewSubject(name)
		if !ok {
			continue
		}
		matches, err := j.known.Find(ctx, subject)
		if err != nil {
			return nil, err
		}
		if len(matches) > 0 {
			all = append(all, newProduct(r, tag, name, matches))
		}
	}
	return all, nil
}

func newProduct(r *engine.Response, tag *engine.Tag, name cpe.Name, matches []Match) product {
	p := product{tag: tag, name: name.String()}
	uncertain := isUncertain(r, tag, name)
	for _, m := range matches {
		if m.Outcome == Yes && !uncertain {
			p.firm = append(p.firm, m)
		} else {
			p.potential = append(p.potential, m)
		}
	}
	return p
}

// cvesOf gives the CVEs of all products in the form of documents, worst first.
func cvesOf(products []product) []engine.CVE {
	type claim struct {
		Match
		confidence engine.Confidence
		tag        string
	}
	var claims []claim
	for _, p := range products {
		for _, m := range p.firm {
			claims = append(claims, claim{m, engine.Firm, p.tag.Name})
		}
		for _, m := range p.potential {
			claims = append(claims, claim{m, engine.Potential, p.tag.Name})
		}
	}
	slices.SortStableFunc(claims, func(a, b claim) int { return Worse(a.Match, b.Match) })
	var cves []engine.CVE
	for _, c := range claims[:min(len(claims), engine.MaxCVEs)] {
		cves = append(cves, engine.CVE{
			Name: c.ID.String(), BaseScore: engine.ScoreText(c.Score), Severity: c.Severity, Description: c.Description,
			HasExploit: len(c.ExploitLinks) > 0 || c.Exploited != "", ExploitLinks: append([]string{}, c.ExploitLinks...),
			EPSS: c.Probability, KEV: c.Exploited != "", Confidence: c.confidence, Tag: c.tag,
		})
	}
	return cves
}
