package store

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// IssueTx reads and writes issues.
type IssueTx interface {
	// Issue reads one issue; [engine.NotFound] if there is none.
	Issue(id engine.IssueID) (engine.Issue, error)
	// Issues reads the issues that pass filter: the worst first, of those the ones seen
	// last, or in the order of their ids when the filter asks for it. What they have of
	// Assignee is the id alone.
	Issues(filter IssueFilter) ([]engine.Issue, error)
	// CountIssues counts the issues that pass filter, whatever its Start and Size.
	CountIssues(filter IssueFilter) (engine.IssueCounts, error)
	// SaveIssues writes issues with every member of record: one without ID is new and
	// gets one, and Changes are appended to the history and get theirs. [engine.NotFound]
	// if there is no such issue or user, [engine.Conflict] for a second one of a party
	// with the same Fingerprint. How many are open on a day follows by itself.
	SaveIssues(issues []*engine.Issue) error
	// EraseIssues removes issues and their history for good. One that is not there is
	// no error.
	EraseIssues(ids []engine.IssueID) error
	// IssueHistory reads lines of the history of an issue, the oldest first, skipping
	// the first start; all for a size of 0.
	IssueHistory(id engine.IssueID, start, size int) ([]engine.IssueChange, error)
	// IssueTurns says how many more issues of a party were open at the end of each day
	// in UTC from the one of first on than at its beginning, by date, and how many were
	// open before.
	IssueTurns(party engine.Party, first time.Time) (before engine.SeverityCounts, turns map[string]engine.SeverityTurns, err error)
}

// IssueFilter selects issues; the zero filter selects all of everybody.
type IssueFilter struct {
	Party        engine.Party        // the zero Party, or only issues of this one
	States       []engine.IssueState // empty: any
	Severities   []engine.Severity   // empty: any
	Rules        []string            // ids of checks; empty: any
	Targets      []engine.Target     // target, name or address, however spelled; empty: any
	Fingerprints []string            // empty: any
	Assignee     engine.UserID       // 0: anybody, and nobody
	Unassigned   bool                // only those nobody is assigned to
	Text         string              // "", or only those with it in title, rule, target, name, address, path or fingerprint, whatever its case
	TurnedBy     engine.ScanID       // 0, or only those that this scan found and that were not there before, or not any more
	ExpiredBy    time.Time           // the zero time, or only accepted ones that expire until then
	There        time.Time           // the zero time, or only those that are not gone and were last seen before then
	AfterID      engine.IssueID      // only issues with a higher id, in the order of their ids
	ByID         bool                // in the order of their ids
	Start, Size  int                 // which part of them; all from Start on for a Size of 0
}

// Merge is how far the findings of a scan have become issues.
type Merge struct {
	ScanID   engine.ScanID
	Findings int            // how many findings, in the order of the index, are merged
	Looked   engine.IssueID // up to which issue it was looked for what the scan missed
	Done     bool
}

// MergeTx remembers how far scans are merged, so that whoever goes on after a crash
// begins where it ended.
type MergeTx interface {
	// Merge reads how far a scan is; a Merge that has not begun if nothing is known.
	Merge(scan engine.ScanID) (Merge, error)
	// SaveMerge remembers it; [engine.NotFound] if there is no such scan.
	SaveMerge(m Merge) error
	// Unmerged gives scans that have ended after they began, are not deleted, that nobody
	// holds a lease of any more, and that are not merged: the one that ended first comes
	// first, limit at most.
	Unmerged(limit int) ([]engine.ScanID, error)
}
