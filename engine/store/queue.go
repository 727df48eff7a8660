package store

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Waiting is a pending scan as the queue sees it.
type Waiting struct {
	ID       engine.ScanID
	OwnerID  engine.UserID
	Position int64
	Work     int64
}

// QueueTx reads and changes the order of the pending scans, and what is known of how
// fast scans are done. It never reads whole scans: a queue may be long.
type QueueTx interface {
	// Waiting gives the pending scans that a user may read, all for 0, in queue order.
	Waiting(reader engine.UserID) ([]Waiting, error)
	// Move gives a scan another place in the queue; [engine.NotFound] if there is none.
	Move(id engine.ScanID, position int64) error
	// Heads gives for each owner the pending scan that is next, in queue order: of the
	// scans attached to the process that holds their lease if process is not "", of
	// those attached to none if it is.
	Heads(process string) ([]Waiting, error)
	// Running counts for each owner the scans that are scheduled or scanning.
	Running() (map[engine.UserID]int, error)
	// LastClaim is when a scan of the owner was claimed last; the zero time if never.
	LastClaim(owner engine.UserID) (time.Time, error)
	// Work adds up what is left to do of the scans that pass filter.
	Work(filter ScanFilter) (int64, error)
	// Pace adds up the work and the time of the scans that were done last, n at most.
	Pace(n int) (work int64, took time.Duration, err error)
	// Revisions gives a number for each of the scans there are. It rises with every
	// change of the scan.
	Revisions(ids []engine.ScanID) (map[engine.ScanID]int64, error)
}
