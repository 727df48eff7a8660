package provider

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// findingSieve selects findings by what the engine does not select by: then all are read,
// and counted here.
type findingSieve struct {
	query       *policy.Policy // one expression; nil lets everything pass
	newSince    engine.ScanID  // 0: no scan is compared with
	leaveWaived bool
}

func (m *findingsModel) sieve() (s findingSieve, err error) {
	s.leaveWaived = !m.Waived.IsNull() && !m.Waived.ValueBool()
	if !m.Query.IsNull() {
		p, err := policy.Parse("expr: " + m.Query.ValueString())
		if err != nil {
			return s, inField("query", err)
		}
		s.query = &p
	}
	if m.NewSince.IsNull() {
		return s, nil
	}
	s.newSince, err = parseScanID(m.NewSince.ValueString())
	return s, inField("new_since", err)
}

// read gives at most limit findings that pass the filter and the sieve.
func (s findingSieve) read(ctx context.Context, c *client.Client, filter findingFilter, limit int) (findingPage, error) {
	if s == (findingSieve{}) {
		return filter.read(ctx, c, limit)
	}
	all, err := filter.read(ctx, c, noLimit)
	if err != nil {
		return findingPage{}, err
	}
	baseline, err := gate{baseline: s.newSince}.readBaseline(ctx, c)
	if err != nil {
		return findingPage{}, inField("new_since", err)
	}
	return s.sift(all, baseline, limit), nil
}

func (s findingSieve) sift(all findingPage, baseline policy.Baseline, limit int) findingPage {
	var page findingPage
	assessed := policy.Assess(engine.Sight{}, all.plain(), baseline, policy.Suppressions{}, today())
	passes := func(*policy.Assessed) bool { return true }
	if s.query != nil {
		passes = s.query.Guilty(assessed)
	}
	for i := range assessed.Active {
		one := &assessed.Active[i]
		if s.newSince != 0 && !one.New || s.leaveWaived && isWaived(one.Finding.IssueState) || !passes(one) {
			continue
		}
		page.counts.Add(one.Finding.Severity, 1)
		if page.total++; page.total <= limit {
			page.findings = append(page.findings, all.findings[i])
		}
	}
	return page
}

// isWaived: somebody has decided that the finding may stay.
func isWaived(state engine.IssueState) bool {
	return state == engine.IssueAccepted || state == engine.IssueFalsePositive
}
