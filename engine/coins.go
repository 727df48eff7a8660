package engine

import "time"

// A scan costs one coin for each address or domain, a CIDR as many as it has
// addresses (contract part 2.1). The coins of a scan are reserved when it is
// created and taken when it is done; they are given back when it failed, or was
// cancelled or deleted before it started. Each month brings the plan's coins anew,
// and a scan is paid from the month it was created in.

// CoinEntry is one line of a user's ledger. Lines are only ever appended, so that
// every figure can be traced to the scans it comes from:
//
//	created   +n reserved
//	done      −n reserved  +n taken
//	given back −n reserved
type CoinEntry struct {
	UserID   UserID
	ScanID   ScanID
	Month    time.Time // see [CoinMonth]: of the scan's creation, in all its lines
	At       time.Time
	Reserved int64 // change of what is reserved
	Taken    int64 // change of what is spent
}

// CoinSums is what the lines of a month add up to. Left of it is the plan's amount
// less both.
type CoinSums struct {
	Reserved int64
	Taken    int64
}

// CoinMonth gives the month that at is in, by its first moment in UTC.
func CoinMonth(at time.Time) time.Time {
	year, month, _ := at.UTC().Date()
	return time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
}

// NextCoins is when the coins after at come.
func NextCoins(at time.Time) time.Time { return CoinMonth(at).AddDate(0, 1, 0) }

// Refunds reports whether a scan that has ended gives its coins back: it failed,
// which is no fault of its owner's, or was cancelled before it started.
func (s *Scan) Refunds() bool {
	return s.State() == StateFailed || s.State() == StateCancelled && s.StartedAt == nil
}
