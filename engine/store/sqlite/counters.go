package sqlite

import (
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// dayNumber is the day of at in UTC, from 1970 on.
func dayNumber(at time.Time) int64 { return at.Unix() / int64(24*time.Hour/time.Second) }

func (t *transaction) AddRequests(user engine.UserID, day time.Time, n int64) (int64, error) {
	_, err := t.exec("count requests", `INSERT INTO request_counts (user_id, day, count) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET count = count + excluded.count`, user, dayNumber(day), n)
	if extendedCode(err) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY {
		return 0, noUser(user)
	}
	if err != nil {
		return 0, err
	}
	return t.RequestsOn(user, day)
}

func (t *transaction) RequestsOn(user engine.UserID, day time.Time) (n int64, err error) {
	take := func(r row) error { return r.Scan(&n) }
	err = t.one("read requests", nil, take, "SELECT coalesce(sum(count), 0) FROM request_counts WHERE user_id = ? AND day = ?", user, dayNumber(day))
	return n, err
}
