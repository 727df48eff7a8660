package feed

import (
	"cmp"
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Match is a CVE that a subject has, or may have.
type Match struct {
	ID           ID
	Outcome      Outcome // [Yes] or [Maybe]
	Score        float64
	Severity     engine.Severity
	Description  string
	ExploitLinks []string
	Exploited    string  // YYYY-MM-DD since when CISA knows that it is exploited; "" if it does not
	Probability  float64 // of EPSS, 0 if unknown
}

// Finder looks subjects up in what was imported.
type Finder interface {
	// Ready tells whether any CVE was imported.
	Ready(ctx context.Context) (bool, error)
	// Find gives the CVEs of a subject, worst first, at most [engine.MaxCVEs]. None if
	// nothing was imported.
	Find(ctx context.Context, s Subject) ([]Match, error)
}

// Worse orders matches: what is exploited, then by score, then by the likelihood that it
// will be, then the newest.
func Worse(a, b Match) int {
	return cmp.Or(
		cmp.Compare(rank(b.Exploited != ""), rank(a.Exploited != "")),
		cmp.Compare(b.Score, a.Score), cmp.Compare(b.Probability, a.Probability), cmp.Compare(b.ID, a.ID),
	)
}

func rank(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
