// Package store is the state of record: scans with their history and place in
// the queue, people, issues, and records of what people declare. Begin with [Store];
// store/sqlite is the embedded default, storetest the contract every implementation
// passes.
//
// It is not where rules live (that is control) and holds no responses or
// findings (that is index).
package store

import (
	"context"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Store keeps the state of record. Several processes may use one at once.
// Errors a user can do something about are [engine.Error]; what fn returns comes
// back as it is. Times are kept to the microsecond and come back in UTC, and
// nil and empty lists are the same.
type Store interface {
	// EngineID names this store for good: random, made once when it is created.
	EngineID(ctx context.Context) (string, error)
	// View runs fn in a transaction that only reads, and sees the store as it
	// was at one moment. A write fails. fn uses tx and no other part of the store.
	View(ctx context.Context, fn func(Tx) error) error
	// Update runs fn in a transaction that excludes every other writer of every
	// process. Nothing is written unless fn returns nil. fn may be run again
	// when the transaction has to be repeated, so it has no effect but on tx;
	// calling the store from within fn may wait for fn for ever.
	Update(ctx context.Context, fn func(Tx) error) error
	// Close releases the store; it is safe to call twice.
	Close() error
}

// Tx is what can be done in one transaction.
type Tx interface {
	ScanTx
	QueueTx
	RequestTx
	UserTx
	KeyTx
	TeamTx
	CoinTx
	CounterTx
	IssueTx
	MergeTx
	RecordTx
	ScheduleTx
	DeliveryTx
}

// ScanTx reads and writes scans.
type ScanTx interface {
	// InsertScan stores a new scan behind all others in the queue. It sets ID,
	// Position and TargetsDigest of scan and the ids of its steps.
	InsertScan(scan *engine.Scan) error
	// Scan reads one scan, deleted ones too; [engine.NotFound] if there is none.
	Scan(id engine.ScanID) (engine.Scan, error)
	// Scans reads the scans that pass filter, newest first, or in queue order
	// when the filter asks for it.
	Scans(filter ScanFilter) ([]engine.Scan, error)
	// CountScans is how many scans [ScanTx.Scans] would give.
	CountScans(filter ScanFilter) (int64, error)
	// SaveScan writes every member of record of a scan that exists. Steps
	// without an id are appended and get one; stored steps never change.
	// [engine.NotFound] if there is no such scan.
	SaveScan(scan *engine.Scan) error
	// EraseScan removes a scan and its steps for good; their ids are never used
	// again. [engine.NotFound] if there is no such scan.
	EraseScan(id engine.ScanID) error
}

// ScanFilter selects scans; the zero filter selects every scan not deleted.
type ScanFilter struct {
	OwnerID       engine.UserID  // 0: of anybody
	Reader        engine.UserID  // 0, or only scans of this user and of those in the same team
	States        []engine.State // empty: in any state
	Leased        bool           // only scans with a lease owner, whether or not it has run out
	TargetsDigest string         // "", or only scans of these targets, see [engine.TargetsDigest]
	ConfigDigest  string         // "", or only scans that were asked for this, see [engine.ScanRequest.Digest]
	Ports         engine.Ports   // "", or only scans of these ports, spelled like this
	Label         string         // "", or only scans called so
	Repository    string         // "", or only scans of this repository, of this branch, of this commit
	Branch        string
	Commit        string
	Complete      bool          // only scans that are complete, see [engine.Scan.Complete]
	Deleted       bool          // the deleted ones that can be restored instead of the others
	Erasing       bool          // those being erased instead of the others
	DeletedBefore time.Time     // the zero time, or only scans deleted before it
	EndedBefore   time.Time     // the zero time, or only scans that ended before it
	AheadOf       *engine.Scan  // nil, or only scans that are before this one in the queue
	InQueue       bool          // order by place in the queue instead of newest first
	BeforeID      engine.ScanID // 0, or only scans with a smaller id
	Offset        int           // how many are passed over first
	Limit         int           // 0: all
}
