package store

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// RecordTx reads and writes records, of whatever noun.
type RecordTx interface {
	// InsertRecord stores a new record and sets its ID, and its Version to 1;
	// [engine.Conflict] if another of the party and the kind has the same Name, whatever
	// its case, [engine.NotFound] if there is no such user.
	InsertRecord(record *engine.Record) error
	// Record reads one record; [engine.NotFound] if there is none.
	Record(id engine.RecordID) (engine.Record, error)
	// Records reads the records that pass filter, in the order of their ids, or, with
	// DueBy, those first that have been due longest.
	Records(filter RecordFilter) ([]engine.Record, error)
	// CountRecords counts the records that pass filter, whatever its Start and Size.
	CountRecords(filter RecordFilter) (int, error)
	// SaveRecord writes every member of a record that exists, but for ID, Kind and
	// CreatedAt, and counts its Version up. [engine.Conflict] if the one stored has
	// another Version than record, or another record has its Name; [engine.NotFound] if
	// there is none, or no such user.
	SaveRecord(record *engine.Record) error
	// NoteRecord writes Due and Body of a record and nothing else: what the engine itself
	// has found out about it, which is no new version of what was declared.
	// [engine.NotFound] if there is none.
	NoteRecord(record *engine.Record) error
	// EraseRecord removes a record for good; [engine.NotFound] if there is none.
	EraseRecord(id engine.RecordID) error
}

// RecordFilter selects records; the zero filter selects all of everybody.
type RecordFilter struct {
	Kind        engine.RecordKind // "": any
	Party       engine.Party      // the zero Party, or only records of this one
	IDs         []engine.RecordID // empty: any
	Name        string            // "", or only the one with this name, whatever its case
	DueBy       time.Time         // the zero time, or only records that are due then or before
	RefersTo    engine.RecordID   // 0, or only records that need this one
	AfterID     engine.RecordID   // 0, or only records with a higher id
	Start, Size int               // which part of them; all from Start on for a Size of 0
}
