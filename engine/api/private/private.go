// Package private is the dialect of the private scanner API: the paths, parameters
// and shapes that existing clients of the public service know, under /api/. Begin
// with [Handler]; [Routes] is the table.
//
// It holds no rule of the engine, only the translation: what a request means is
// decided by control, what it may look like by this package and api.
package private

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// Control is what the dialect needs of the control wing. Errors a user can do
// something about are [engine.Error]; what a caller may not see is
// [engine.NotFound].
type Control interface {
	// Authenticate gives the user with a key and what it is for; [engine.Unauthorized] if
	// there is none.
	Authenticate(ctx context.Context, key string) (engine.User, engine.KeyScope, error)
	// About describes the engine.
	About(ctx context.Context) (engine.About, error)
	// Checks describes everything that the engine looks for, by id; Check one of it, or
	// [engine.NotFound].
	Checks(ctx context.Context) ([]engine.Rule, error)
	Check(ctx context.Context, id string) (engine.Rule, error)
	People
	Scans
	Documents
	Issues
	Declarations
}

// People is about the caller: what they may do, and who they are.
type People interface {
	// Throttle refuses a request that comes too soon, as an [engine.Throttled] error.
	Throttle(ctx context.Context, caller engine.User, certificates bool) error
	// Plan gives the plan of the caller.
	Plan(caller engine.User) (engine.Plan, error)
	// Account is how much the caller may do, and has done.
	Account(ctx context.Context, caller engine.User) (control.Account, error)
	// ChangeUser applies fn, which may run again, to a user.
	ChangeUser(ctx context.Context, email string, fn func(*engine.User) error) (engine.User, error)
	// OwnKeys gives the caller's keys that were not revoked; OwnKey one of them.
	OwnKeys(ctx context.Context, caller engine.User) ([]engine.Key, error)
	OwnKey(ctx context.Context, caller engine.User, id engine.KeyID) (engine.Key, error)
	// CreateKey and MoveKey make a key of the caller's and change when it ends: with the
	// key via, which it cannot outlive.
	CreateKey(ctx context.Context, caller engine.User, via string, request engine.KeyRequest) (key engine.Key, secret string, err error)
	MoveKey(ctx context.Context, caller engine.User, via string, id engine.KeyID, expires time.Time) (engine.Key, error)
	RevokeOwnKey(ctx context.Context, caller engine.User, id engine.KeyID) error
	// ResetKey makes a new key in the place of this one.
	ResetKey(ctx context.Context, key string) (fresh string, err error)
}

// Scans changes and reads scans.
type Scans interface {
	// CreateScanOnce creates a scan, or gives the one that the same request with the
	// same key made; [engine.Conflict] for another request with the key. "" is no key.
	CreateScanOnce(ctx context.Context, caller engine.User, key string, request engine.ScanRequest) (engine.Scan, error)
	// Rescan creates a scan that asks for the same as another the caller may see.
	Rescan(ctx context.Context, caller engine.User, key string, id engine.ScanID) (engine.Scan, error)
	Scan(ctx context.Context, caller engine.User, id engine.ScanID) (engine.Scan, error)
	// Scans gives the scans a query selects of those the caller may see, newest first.
	Scans(ctx context.Context, caller engine.User, q control.ScanQuery) ([]engine.Scan, error)
	// AwaitScan gives the scan when it has a step newer than afterStep, has ended, or
	// ctx is done.
	AwaitScan(ctx context.Context, caller engine.User, id engine.ScanID, afterStep int64) (engine.Scan, error)
	// Diff says what changed from the scan base to another; base 0 is the newest complete
	// scan before it of the same owner with the same targets and ports,
	// [engine.NotFound] if there is none.
	Diff(ctx context.Context, caller engine.User, id, base engine.ScanID) (engine.Diff, error)
	// Events yields what happens to a scan until it has ended, the steps after afterStep
	// first; [engine.Throttled] if too many listen.
	Events(ctx context.Context, caller engine.User, id engine.ScanID, afterStep int64) iter.Seq2[engine.Event, error]
	RenameScan(ctx context.Context, caller engine.User, id engine.ScanID, label string) (engine.Scan, error)
	// DeletedScans gives the caller's own deleted scans that are not erased yet.
	DeletedScans(ctx context.Context, caller engine.User, page control.Page) ([]engine.Scan, error)
	// RestoreScan brings a deleted scan back; [engine.Conflict] if it is too late.
	RestoreScan(ctx context.Context, caller engine.User, id engine.ScanID) (engine.Scan, error)
	DeleteScan(ctx context.Context, caller engine.User, id engine.ScanID) error
	// CancelScan ends a scan and keeps its results; one that has ended stays as it is.
	CancelScan(ctx context.Context, caller engine.User, id engine.ScanID) (engine.Scan, error)
	// ShiftScan moves a pending scan in the queue; [engine.Conflict] for any other.
	ShiftScan(ctx context.Context, caller engine.User, id engine.ScanID, shift int) (engine.Scan, error)
}

// Documents reads what scans have found. A sequence ends at its first error.
type Documents interface {
	Search(ctx context.Context, caller engine.User, search control.Search) iter.Seq2[index.Document, error]
	// Download yields what Search does, in an order that stays the same.
	Download(ctx context.Context, caller engine.User, search control.Search) iter.Seq2[index.Document, error]
	Count(ctx context.Context, caller engine.User, search control.Search) (int, error)
	Facet(ctx context.Context, caller engine.User, search control.Search, fields []string, size int) ([]index.Bucket, error)
	// Certificates yields documents of certificates instead of responses.
	Certificates(ctx context.Context, caller engine.User, search control.Search) iter.Seq2[index.Document, error]
	Domains(ctx context.Context, caller engine.User, search control.Search) iter.Seq2[index.Document, error]
	CountCertificates(ctx context.Context, caller engine.User, search control.Search) (int, error)
	// Findings yields findings, worst first, behind the first offset; CountFindings counts
	// all that pass.
	Findings(ctx context.Context, caller engine.User, id engine.ScanID, filter index.FindingFilter, offset int) iter.Seq2[engine.Finding, error]
	CountFindings(ctx context.Context, caller engine.User, id engine.ScanID, filter index.FindingFilter) (engine.Summary, error)
	// ServedPorts gives the first thousand open ports with what speaks there, and how many
	// there are in all.
	ServedPorts(ctx context.Context, caller engine.User, id engine.ScanID) (served []engine.ServedPort, total int, err error)
	OpenPorts(ctx context.Context, caller engine.User, id engine.ScanID) ([]engine.Endpoint, error)
	// AnsweredHosts gives every address that answered, with or without an open port.
	AnsweredHosts(ctx context.Context, caller engine.User, id engine.ScanID) ([]netip.Addr, error)
}

// Issues reads and changes the issues of the caller's team, or the caller's own.
type Issues interface {
	// Issues gives a page of those that a query selects, the worst first.
	Issues(ctx context.Context, caller engine.User, q control.IssueQuery) (control.IssuePage, error)
	Issue(ctx context.Context, caller engine.User, id engine.IssueID) (engine.Issue, error)
	// ChangeIssue decides about an issue or gives it to somebody; [engine.Conflict] for
	// a fixed one that is to be reopened.
	ChangeIssue(ctx context.Context, caller engine.User, id engine.IssueID, request engine.IssueRequest) (engine.Issue, error)
	NoteIssue(ctx context.Context, caller engine.User, id engine.IssueID, note string) (engine.Issue, error)
	// IssueHistory gives size lines from start on, the oldest first.
	IssueHistory(ctx context.Context, caller engine.User, id engine.IssueID, start, size int) ([]engine.IssueChange, error)
	// IssueTrend counts open issues day by day, up to today.
	IssueTrend(ctx context.Context, caller engine.User, days int) ([]engine.IssueDay, error)
	// Follow fills in what is known of the issues of findings.
	Follow(ctx context.Context, caller engine.User, findings []engine.Finding) error
}

// Declarations are what people declare and keep, a collection for each noun.
type Declarations interface {
	ScanProfiles() control.Records[engine.ScanProfile, *engine.ScanProfile]
	DeclaredTargets() control.Records[engine.DeclaredTarget, *engine.DeclaredTarget]
	// VerifyTarget looks for the token of a target, by all methods for "";
	// [engine.Conflict] if it is nowhere.
	VerifyTarget(ctx context.Context, caller engine.User, id engine.RecordID, method engine.VerificationMethod) (engine.DeclaredTarget, error)
	TargetGroups() control.Records[engine.TargetGroup, *engine.TargetGroup]
	Schedules() control.Records[engine.Schedule, *engine.Schedule]
	// ScheduleRuns gives a page of what became of the runs of a schedule, the newest first.
	ScheduleRuns(ctx context.Context, caller engine.User, id engine.RecordID, page control.Page) (control.RunPage, error)
	// RunSchedule makes a scan of a schedule now, or gives the one that the same request
	// with the same key made; [engine.Conflict] while the last one goes on.
	RunSchedule(ctx context.Context, caller engine.User, key string, id engine.RecordID) (engine.Scan, error)
	Notifications() control.Records[engine.Notification, *engine.Notification]
	// Deliveries gives a page of the deliveries of a notification, the newest first.
	Deliveries(ctx context.Context, caller engine.User, id engine.RecordID, page control.Page) (control.DeliveryPage, error)
	// TestNotification delivers a notice at once, and says how that went.
	TestNotification(ctx context.Context, caller engine.User, id engine.RecordID) (engine.Delivery, error)
}

var _ Control = (*control.Control)(nil)

// wrongKey is the status for a key that is not known: the public service calls it a bad
// request, and only a missing one unauthorized.
const wrongKey = http.StatusBadRequest

// Handler serves the dialect. A nil log drops what is logged.
func Handler(c Control, log *slog.Logger) http.Handler {
	return api.New(api.Config{
		Routes: Routes(c), Authenticate: c.Authenticate, Throttle: throttle(c), WrongKey: wrongKey, Log: log,
	})
}

// throttle holds requests against the limits of their class.
func throttle(c Control) func(context.Context, engine.User, api.Class) error {
	return func(ctx context.Context, caller engine.User, class api.Class) error {
		if class == api.Exempt {
			return nil
		}
		return c.Throttle(ctx, caller, class == api.Certificates)
	}
}

// dialect answers the routes.
type dialect struct {
	control Control
}
