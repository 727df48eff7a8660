// Package index is the responses, findings and tasks of one scan, committed
// together and searchable. Begin with [Shelf]; index/sqlite keeps a file for
// each scan, indextest is the contract every implementation passes.
//
// It is not the state of record of the scan itself (that is store): what it
// counts is copied there by control.
package index

import (
	"context"
	"encoding/json"
	"iter"
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Shelf holds the indices of all scans, one each. Several processes may use
// one shelf at once.
type Shelf interface {
	// Create makes an empty index, or opens it if it exists.
	Create(ctx context.Context, id engine.ScanID) (Index, error)
	// Open opens an index; [engine.NotFound] if there is none.
	Open(ctx context.Context, id engine.ScanID) (Index, error)
	// Trash puts an index out of sight; Restore brings it back; Purge erases it
	// for good, from the trash too. Each is idempotent; Restore of what is not
	// there is [engine.NotFound].
	Trash(ctx context.Context, id engine.ScanID) error
	Restore(ctx context.Context, id engine.ScanID) error
	Purge(ctx context.Context, id engine.ScanID) error
	// Union reads several indices as if they were one, each once. Of the documents
	// with one URI it has the newest: updated last, else of the scan with the higher
	// id, else stored last; the others are not there, whatever matches a query. Of a
	// single index it has all documents. [engine.NotFound] if one does not exist.
	Union(ctx context.Context, ids []engine.ScanID) (Reader, error)
	// Room reports, as an error that [engine.IsDiskFull], that less than [Reserve] is
	// left where indices are kept. Where that cannot be known there is room.
	Room() error
	// Close closes every index.
	Close() error
}

// Reserve is how many bytes are left alone when a disk fills, so that what happened can
// still be put on record. It is twice the largest message that a report comes in.
const Reserve = 16 << 20

// Reader finds documents.
type Reader interface {
	// Count is the exact number of documents that match q.
	Count(ctx context.Context, q *query.Query) (int, error)
	// Search yields the documents that match q, newest first (last_updated
	// falling, then in the order they were stored), skipping the first offset.
	Search(ctx context.Context, q *query.Query, offset int) iter.Seq2[Document, error]
	// Documents yields the documents that match q in the order they were stored,
	// skipping the first offset. It is the fast way to read all of them, and what is
	// stored later comes behind what was there, so that somebody who has n of them
	// goes on at offset n. Of several indices the one with the highest id comes first.
	Documents(ctx context.Context, q *query.Query, offset int) iter.Seq2[Document, error]
	// Facet counts the documents that match q by the values of fields, see [Bucket].
	// It gives the first size buckets, all for a size of 0. A field that no document
	// has gives none.
	Facet(ctx context.Context, q *query.Query, fields []string, size int) ([]Bucket, error)
	// Distinct counts the values that a field has in the documents that match q: how
	// many buckets there are.
	Distinct(ctx context.Context, q *query.Query, field string) (int, error)
}

// Index is the index of one scan. The shelf owns it: it is not closed by its users.
type Index interface {
	Reader

	// AddTasks stores the tasks of a scan as waiting; tasks already there are left as they are.
	AddTasks(ctx context.Context, tasks []engine.Task) error
	// Tasks gives at most limit tasks that are neither done nor failed, in order.
	Tasks(ctx context.Context, limit int) ([]engine.Task, error)
	// SaveTask records the state and the attempt of a task; [engine.NotFound] if
	// there is none. One that has ended stays as it ended, without an error.
	SaveTask(ctx context.Context, id engine.TaskID, state engine.TaskState, attempt int, failure string) error
	// Task reads one task with its state; [engine.NotFound] if there is none.
	Task(ctx context.Context, id engine.TaskID) (engine.Task, engine.TaskState, error)

	// Append commits a report in one transaction: documents with their search
	// tokens, findings, open ports, and with report.Done the end of the task.
	// Hosts that answered are counted as up, with or without an open port.
	// It is idempotent: what is already there (by [engine.Response.Key],
	// fingerprint, or address, port and transport) is replaced, a task that has
	// ended stays ended. The end of a task that was never added is
	// [engine.NotFound], and an index in the trash is too.
	Append(ctx context.Context, report engine.Report) error
	// Progress counts what is there.
	Progress(ctx context.Context) (Progress, error)

	// Findings yields the findings that pass filter: worst first, then by rule,
	// target, port and fingerprint. It skips the first offset without reading them.
	Findings(ctx context.Context, filter FindingFilter, offset int) iter.Seq2[engine.Finding, error]
	// CountFindings counts the findings that pass filter by their severity. Hosts, ports
	// and tasks are not counted.
	CountFindings(ctx context.Context, filter FindingFilter) (engine.Summary, error)
	// OpenPorts gives every open port seen, by address and port.
	OpenPorts(ctx context.Context) ([]engine.Endpoint, error)
	// Sayings yields what documents say of their places, in the order of address, port,
	// transport and name. What is stored meanwhile may be among it or not.
	Sayings(ctx context.Context) iter.Seq2[engine.Saying, error]
	// QuietPorts gives those of the open ports about which there is no document.
	QuietPorts(ctx context.Context) ([]engine.Endpoint, error)
	// Hosts gives every address that answered, with or without an open port, in order.
	Hosts(ctx context.Context) ([]netip.Addr, error)
}

// Document is one response as it is stored.
type Document struct {
	Data json.RawMessage // the whole document
}

// Progress counts the contents of an index.
type Progress struct {
	Tasks     int    // all tasks
	Done      int    // tasks that ended, failed ones included
	Failed    int    // tasks that failed
	Failure   string // why the first of them did
	Documents int
	Summary   engine.Summary
}

// FindingFilter selects findings; the zero filter selects all.
type FindingFilter struct {
	MinSeverity engine.Severity // "": any
	Rules       []string        // ids; empty: any
	Hosts       []string        // host or address; empty: any
	Ports       []int           // empty: any
}
