package sqlite

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// scanColumns are the columns of record beside id and state, in the order of
// scanFields.
const scanColumns = "owner_id, position, lease_owner, lease_until, attached, attempts, " +
	"created_at, started_at, ended_at, deleted_at, count, label, ports, summary, profile, exclude, targets, " +
	"rescan_of, work, work_done, claimed_at, erasing_at, expect, rules, " +
	"targets_key, config_digest, repository, branch, commit_name, run_url, profile_id, schedule_id"

func scanFields(s *engine.Scan) []any {
	return []any{
		&s.OwnerID, &s.Position, &s.Lease.Owner, moment{&s.Lease.Until}, &s.Attached, &s.Attempts,
		moment{&s.CreatedAt}, maybe{&s.StartedAt}, maybe{&s.EndedAt}, maybe{&s.DeletedAt}, &s.Count,
		&s.Label, &s.Ports, document{&s.Summary}, document{&s.Profile}, document{&s.Exclude}, document{&s.Targets},
		&s.RescanOf, &s.Work, &s.WorkDone, maybe{&s.ClaimedAt}, maybe{&s.ErasingAt}, document{&s.Expect}, document{&s.Rules},
		&s.TargetsDigest, &s.ConfigDigest, &s.Source.Repository, &s.Source.Branch, &s.Source.Commit, &s.Source.RunURL, &s.ProfileID, &s.ScheduleID,
	}
}

func readScan(r row) (scan engine.Scan, err error) {
	err = r.Scan(append([]any{&scan.ID}, scanFields(&scan)...)...)
	return scan, err
}

// InsertScan counts deleted and ended scans in for the position too: the next
// free one behind them is behind the pending ones as well.
func (t *transaction) InsertScan(scan *engine.Scan) error {
	take := func(r row) error { return r.Scan(&scan.Position) }
	if err := t.one("find end of queue", nil, take, "SELECT coalesce(max(position), 0) + 1 FROM scans"); err != nil {
		return err
	}
	scan.TargetsDigest = engine.TargetsDigest(scan.Targets)
	id, err := t.insert("insert scan", "INSERT INTO scans ("+scanColumns+") VALUES ("+placeholders(scanColumns)+")", scanFields(scan)...)
	if err != nil {
		return err
	}
	scan.ID = engine.ScanID(id)
	for i := range scan.Steps {
		scan.Steps[i].ID = 0 // the scan is new, so are its steps
	}
	return t.appendSteps(scan)
}

func (t *transaction) Scan(id engine.ScanID) (scan engine.Scan, err error) {
	take := func(r row) error {
		scan, err = readScan(r)
		return err
	}
	if err := t.one("read scan", noScan(id), take, "SELECT id, "+scanColumns+" FROM scans WHERE id = ?", id); err != nil {
		return engine.Scan{}, err
	}
	steps, err := t.steps("SELECT ?", id)
	scan.Steps = steps[id]
	return scan, err
}

func (t *transaction) Scans(filter store.ScanFilter) ([]engine.Scan, error) {
	var scans []engine.Scan
	take := func(r row) error {
		scan, err := readScan(r)
		scans = append(scans, scan)
		return err
	}
	tail, args := filterScans(filter)
	if err := t.each("read scans", take, "SELECT id, "+scanColumns+" FROM scans "+tail, args...); err != nil {
		return nil, err
	}
	steps, err := t.steps("SELECT id FROM scans "+tail, args...)
	for i := range scans {
		scans[i].Steps = steps[scans[i].ID]
	}
	return scans, err
}

func (t *transaction) CountScans(filter store.ScanFilter) (n int64, err error) {
	take := func(r row) error { return r.Scan(&n) }
	tail, args := filterScans(filter)
	err = t.one("count scans", nil, take, "SELECT count(*) FROM (SELECT 1 FROM scans "+tail+")", args...)
	return n, err
}

func (t *transaction) SaveScan(scan *engine.Scan) error {
	query := "UPDATE scans SET revision = revision + 1, (" + scanColumns + ") = (" + placeholders(scanColumns) + ") WHERE id = ?"
	if err := t.change("save scan", noScan(scan.ID), query, append(scanFields(scan), scan.ID)...); err != nil {
		return err
	}
	return t.appendSteps(scan)
}

// EraseScan leaves the steps to the foreign key, which takes them along.
func (t *transaction) EraseScan(id engine.ScanID) error {
	return t.change("erase scan", noScan(id), "DELETE FROM scans WHERE id = ?", id)
}

func noScan(id engine.ScanID) error { return notFound("scan", int64(id)) }
