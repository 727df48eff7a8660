package sqlite_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
	"github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

func TestSchemaGuards(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer closeStore(t, s)
	insert(t, s, wholeScan())
	db := rawFile(t, dir)
	defer func() { _ = db.Close() }()
	for _, statement := range []string{
		"UPDATE steps SET state = 'done'",
		"UPDATE scans SET targets = 'no JSON'",
		"UPDATE scans SET count = 'many'",
		"UPDATE scans SET attached = 2",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("the schema allows %s", statement)
		}
	}
}

func TestFilePragmas(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer closeStore(t, s)
	for pragma, want := range map[string]string{
		"journal_mode":   "wal",
		"application_id": fmt.Sprint(0x50544C4E),
		"user_version":   fmt.Sprint(len(sqlite.Migrations())),
	} {
		if got := query(t, dir, "PRAGMA "+pragma); got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
}

// TestConnectionPragmas pins what no test of behaviour can see without pulling
// the plug: 2 is FULL.
func TestConnectionPragmas(t *testing.T) {
	s := open(t, t.TempDir())
	defer closeStore(t, s)
	got, err := sqlite.Pragmas(t.Context(), s)
	want := []string{"synchronous=2", "foreign_keys=1", "busy_timeout=10000", "reader query_only=1", "reader busy_timeout=10000"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("pragmas are %q (%v), want %q", got, err, want)
	}
}

// TestColumns reads a scan past the store: a column holds what its name says,
// which a later migration relies on.
func TestColumns(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer closeStore(t, s)
	insert(t, s, wholeScan())
	for column, want := range map[string]string{
		"state": "pending", "owner_id": "21", "position": "1", "lease_owner": "somebody", "lease_until": "5000000",
		"attached": "1", "attempts": "31", "created_at": "1000000", "started_at": "2000000", "ended_at": "3000000",
		"deleted_at": "4000000", "count": "11", "label": "weekly", "ports": "22,80", "summary ->> 'high'": "2",
		"targets": `["192.0.2.0/24"]`, "exclude": `["192.0.2.7"]`, "profile": `{"rate":9}`, "typeof(targets)": "text",
	} {
		if got := query(t, dir, "SELECT "+column+" FROM scans"); got != want {
			t.Errorf("column %s holds %s, want %s", column, got, want)
		}
	}
}

func wholeScan() *engine.Scan {
	at := func(second int64) *time.Time { return new(time.Unix(second, 0)) }
	scan := newScan()
	scan.OwnerID, scan.Attached, scan.Attempts, scan.Count, scan.Ports = 21, true, 31, 11, "22,80"
	scan.Exclude, scan.Summary, scan.Profile = []engine.Target{"192.0.2.7"}, engine.Summary{High: 2}, engine.Profile{Rate: 9}
	scan.CreatedAt, scan.StartedAt, scan.EndedAt, scan.DeletedAt = *at(1), at(2), at(3), at(4)
	scan.Lease = engine.Lease{Owner: "somebody", Until: *at(5)}
	return &scan
}

// TestEraseTakesSteps looks for steps that no scan leads to any more.
func TestEraseTakesSteps(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer closeStore(t, s)
	insert(t, s, wholeScan())
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.EraseScan(1) }); err != nil {
		t.Error(err)
	}
	if got := query(t, dir, "SELECT count(*) FROM steps"); got != "0" {
		t.Errorf("%s steps of an erased scan stay", got)
	}
}
