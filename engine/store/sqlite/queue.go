package sqlite

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// waiting is the condition of the indices over pending scans.
const waiting = "state = 'pending' AND deleted_at IS NULL"

func (t *transaction) Waiting(reader engine.UserID) ([]store.Waiting, error) {
	query, args := "SELECT id, owner_id, position, work FROM scans WHERE "+waiting, []any{}
	if reader != 0 {
		query, args = query+" AND "+readable, append(args, reader, reader)
	}
	return t.waiting(query+" ORDER BY position, id", args...)
}

func (t *transaction) waiting(query string, args ...any) (list []store.Waiting, err error) {
	take := func(r row) error {
		var w store.Waiting
		err := r.Scan(&w.ID, &w.OwnerID, &w.Position, &w.Work)
		list = append(list, w)
		return err
	}
	return list, t.each("read queue", take, query, args...)
}

func (t *transaction) Move(id engine.ScanID, position int64) error {
	return t.change("move scan", noScan(id), "UPDATE scans SET position = ?, revision = revision + 1 WHERE id = ?", position, id)
}

// Heads relies on SQLite giving the other columns of the row with the smallest
// position (SQLite, SELECT, section 2.5: bare columns in an aggregate query).
func (t *transaction) Heads(process string) ([]store.Waiting, error) {
	where, args := "attached = 0", []any{}
	if process != "" {
		where, args = "attached = 1 AND lease_owner = ?", append(args, process)
	}
	return t.waiting("SELECT id, owner_id, min(position) AS position, work FROM scans WHERE "+waiting+" AND "+where+
		" GROUP BY owner_id ORDER BY position, id", args...)
}

func (t *transaction) Running() (map[engine.UserID]int, error) {
	running := map[engine.UserID]int{}
	take := func(r row) error {
		var owner engine.UserID
		var n int
		err := r.Scan(&owner, &n)
		running[owner] = n
		return err
	}
	return running, t.each("count running scans", take,
		"SELECT owner_id, count(*) FROM scans WHERE state IN ('scheduled', 'scanning') AND deleted_at IS NULL GROUP BY owner_id")
}

func (t *transaction) LastClaim(owner engine.UserID) (at time.Time, err error) {
	take := func(r row) error { return r.Scan(moment{&at}) }
	err = t.one("read last claim", nil, take, "SELECT max(claimed_at) FROM scans WHERE owner_id = ? AND claimed_at IS NOT NULL", owner)
	return at, err
}

func (t *transaction) Work(filter store.ScanFilter) (left int64, err error) {
	take := func(r row) error { return r.Scan(&left) }
	tail, args := filterScans(filter)
	err = t.one("add up work", nil, take, "SELECT coalesce(sum(work - work_done), 0) FROM (SELECT work, work_done FROM scans "+tail+")", args...)
	return left, err
}

func (t *transaction) Pace(n int) (work int64, took time.Duration, err error) {
	var micros int64
	take := func(r row) error { return r.Scan(&work, &micros) }
	err = t.one("read pace", nil, take, `SELECT coalesce(sum(work), 0), coalesce(sum(ended_at - started_at), 0) FROM
		(SELECT work, started_at, ended_at FROM scans WHERE state = 'done' AND work > 0 ORDER BY ended_at DESC LIMIT ?)`, n)
	return work, time.Duration(micros) * time.Microsecond, err
}

func (t *transaction) Revisions(ids []engine.ScanID) (map[engine.ScanID]int64, error) {
	revisions := map[engine.ScanID]int64{}
	take := func(r row) error {
		var id engine.ScanID
		var revision int64
		err := r.Scan(&id, &revision)
		revisions[id] = revision
		return err
	}
	return revisions, t.each("read revisions", take,
		"SELECT id, revision FROM scans WHERE id IN (SELECT value FROM json_each(?))", document{ids})
}
