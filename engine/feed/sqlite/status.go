package sqlite

import (
	"context"
	"database/sql"
	"time"
)

// Status is what is there.
type Status struct {
	Path      string    `json:"path"`
	Imported  time.Time `json:"imported,omitzero"` // last
	Flaws     int       `json:"cves"`              // without those that were rejected
	Modified  time.Time `json:"cves_modified,omitzero"`
	Products  int       `json:"products"`
	Exploited int       `json:"exploited"` // entries of CISA's catalogue
	Released  time.Time `json:"exploited_released,omitzero"`
	Scored    int       `json:"scored"` // lines of EPSS
	Day       time.Time `json:"scored_on,omitzero"`
}

// Status counts what is there; all is zero but the path if nothing was imported.
func (f *Feed) Status(ctx context.Context) (Status, error) {
	s := Status{Path: f.path()}
	db, err := f.open(ctx)
	if err != nil || db == nil {
		return s, err
	}
	var modified, imported, released, day sql.NullInt64
	err = db.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM flaw WHERE rejected = 0), (SELECT max(modified) FROM flaw WHERE rejected = 0),
		(SELECT count(*) FROM product), (SELECT count(*) FROM exploited), (SELECT count(*) FROM likelihood),
		(SELECT value FROM meta WHERE name = 'imported'), (SELECT value FROM meta WHERE name = 'released'), (SELECT value FROM meta WHERE name = 'day')`).
		Scan(&s.Flaws, &modified, &s.Products, &s.Exploited, &s.Scored, &imported, &released, &day)
	s.Modified, s.Imported, s.Released, s.Day = timeOf(modified), timeOf(imported), timeOf(released), timeOf(day)
	return s, f.trouble(err)
}

func timeOf(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

// Ready tells whether there is a CVE to find.
func (f *Feed) Ready(ctx context.Context) (ready bool, err error) {
	db, err := f.open(ctx)
	if err != nil || db == nil {
		return false, err
	}
	err = db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM flaw WHERE rejected = 0)").Scan(&ready)
	return ready, f.trouble(err)
}
