package engine

import (
	"fmt"
	"slices"
	"strings"
)

// Plans is every plan there is.
type Plans []Plan

// DefaultPlans are [SelfHosted] and the plans of the public service as of May 2026
// (contract part 2.3). What the public service does not tell is a guess of ours:
// coins enough for ten of the largest scans a month, stored scans, downloads.
func DefaultPlans() Plans {
	return Plans{
		SelfHosted(),
		{
			ID: 2, Name: "Community", Free: true, StoredScans: 0, TargetsPerScan: 0, ScansAtOnce: 0, ScanCoins: 0,
			RequestsPerDay: 50, RequestsPerMinute: 60, CertificateRequestsPerMinute: 3, Download: 200, Results: 200,
		},
		{
			ID: 3, Name: "Freelancer", Scanner: true, StoredScans: 50, TargetsPerScan: 512, ScansAtOnce: 1, ScanCoins: 5_120,
			RequestsPerDay: 1_000, RequestsPerMinute: 60, CertificateRequestsPerMinute: 3, Download: 1_000, Results: 1_000,
		},
		{
			ID: 4, Name: "Business", Scanner: true, StoredScans: 200, TargetsPerScan: 4_096, ScansAtOnce: 1, ScanCoins: 40_960,
			RequestsPerDay: 10_000, RequestsPerMinute: 60, CertificateRequestsPerMinute: 3, Download: 10_000, Results: 2_000, PaidFilters: true,
		},
		{
			ID: 5, Name: "Corporate", Scanner: true, StoredScans: 1_000, TargetsPerScan: 32_768, ScansAtOnce: 1, ScanCoins: 327_680,
			RequestsPerDay: Unlimited, RequestsPerMinute: 60, CertificateRequestsPerMinute: 3, Download: 100_000, Results: 4_000, PaidFilters: true,
		},
		{
			ID: 6, Name: "Enterprise", Scanner: true, StoredScans: Unlimited, TargetsPerScan: 65_536, ScansAtOnce: 2, ScanCoins: 655_360,
			RequestsPerDay: Unlimited, RequestsPerMinute: 60, CertificateRequestsPerMinute: 3, Download: Unlimited, Results: Unlimited, PaidFilters: true,
		},
	}
}

// Named gives the plan of a name, whatever its case.
func (p Plans) Named(name string) (Plan, error) {
	for _, plan := range p {
		if strings.EqualFold(plan.Name, name) {
			return plan, nil
		}
	}
	return Plan{}, &Error{
		Kind: NotFound, Title: "No such plan", Field: "plan", Detail: fmt.Sprintf("there is no plan %q", name),
		Hint: "the plans are " + strings.Join(p.names(), ", "),
	}
}

func (p Plans) names() []string {
	names := make([]string, len(p))
	for i, plan := range p {
		names[i] = plan.Name
	}
	return names
}

// With gives the plans with plan added, in the place of the one of the same name if
// there is one. A plan without an ID gets the next free one.
func (p Plans) With(plan Plan) Plans {
	same := func(q Plan) bool { return strings.EqualFold(q.Name, plan.Name) }
	with := slices.Clone(p)
	if i := slices.IndexFunc(with, same); i >= 0 {
		plan.ID = with[i].ID
		with[i] = plan
		return with
	}
	for _, q := range with {
		plan.ID = max(plan.ID, q.ID+1)
	}
	return append(with, plan)
}
