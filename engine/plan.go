package engine

import "fmt"

// Unlimited as a limit of a [Plan] means that there is none.
const Unlimited = -1

// Plan says how much a user may do. Limits of [Unlimited] do not apply.
type Plan struct {
	Name           string
	StoredScans    int64 // scans kept at the same time
	TargetsPerScan int64 // addresses and domains in one scan, CIDRs by their size
}

// SelfHosted is the plan of somebody who runs the engine themselves. Only what
// would be a mistake rather than a wish is refused: more than a /16 at once.
func SelfHosted() Plan {
	return Plan{Name: "self-hosted", StoredScans: Unlimited, TargetsPerScan: 65_536}
}

// Admit reports the limit a request would break, as a [Limit] [Error] with the
// limit and the current figure, or nil. stored is how many scans the user has.
func (p Plan) Admit(r ScanRequest, stored int64) error {
	if n := AddressCount(r.Targets); exceeds(n, p.TargetsPerScan) {
		return &Error{
			Kind: Limit, Title: "Max number of targets per scan exceeded", Field: widestTarget(r.Targets),
			Detail: fmt.Sprintf("the targets stand for %d addresses, the plan %s allows %d in one scan", n, p.Name, p.TargetsPerScan),
			Hint:   "scan smaller ranges, or split the targets over several scans",
			Limit:  p.TargetsPerScan, Current: n,
		}
	}
	if exceeds(stored+1, p.StoredScans) {
		return &Error{
			Kind: Limit, Title: "Max number of stored scans exceeded",
			Detail: fmt.Sprintf("%d scans are stored, the plan %s allows %d", stored, p.Name, p.StoredScans),
			Hint:   "delete scans that are no longer needed",
			Limit:  p.StoredScans, Current: stored,
		}
	}
	return nil
}

func exceeds(n, limit int64) bool { return limit != Unlimited && n > limit }

// widestTarget names the target that stands for the most addresses, because that
// is the one to change.
func widestTarget(targets []Target) string {
	widest := 0
	for i, t := range targets {
		if t.AddressCount() > targets[widest].AddressCount() {
			widest = i
		}
	}
	return fmt.Sprintf("targets[%d]", widest)
}
