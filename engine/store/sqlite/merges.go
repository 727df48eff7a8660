package sqlite

import (
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func (t *transaction) Merge(scan engine.ScanID) (store.Merge, error) {
	m := store.Merge{ScanID: scan}
	take := func(r row) error { return r.Scan(&m.Findings, &m.Looked, &m.Done) }
	err := t.each("read merge", take, "SELECT findings, looked, done FROM merges WHERE scan_id = ?", scan)
	return m, err
}

func (t *transaction) SaveMerge(m store.Merge) error {
	_, err := t.exec("save merge", "INSERT OR REPLACE INTO merges (scan_id, findings, looked, done) VALUES (?, ?, ?, ?)",
		m.ScanID, m.Findings, m.Looked, m.Done)
	if extendedCode(err) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY {
		return noScan(m.ScanID)
	}
	return err
}

func (t *transaction) Unmerged(limit int) (scans []engine.ScanID, err error) {
	take := func(r row) error {
		var id engine.ScanID
		err := r.Scan(&id)
		scans = append(scans, id)
		return err
	}
	return scans, t.each("read scans to merge", take, `SELECT id FROM scans
		WHERE state IN ('done', 'failed', 'cancelled') AND started_at IS NOT NULL AND deleted_at IS NULL AND lease_owner = ''
			AND NOT EXISTS (SELECT 1 FROM merges WHERE scan_id = scans.id AND done)
		ORDER BY ended_at, id LIMIT ?`, limit)
}
