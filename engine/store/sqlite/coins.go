package sqlite

import (
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// coinColumns are the columns of a line, in the order of coinFields.
const coinColumns = "user_id, scan_id, month, at, reserved, taken"

func coinFields(e *engine.CoinEntry) []any {
	return []any{&e.UserID, &e.ScanID, moment{&e.Month}, moment{&e.At}, &e.Reserved, &e.Taken}
}

func (t *transaction) InsertCoins(entry engine.CoinEntry) error {
	_, err := t.insert("insert coins", "INSERT INTO coins ("+coinColumns+") VALUES ("+placeholders(coinColumns)+")", coinFields(&entry)...)
	if extendedCode(err) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY {
		return noUser(entry.UserID)
	}
	return err
}

func (t *transaction) CoinSums(user engine.UserID, month time.Time) (sums engine.CoinSums, err error) {
	take := func(r row) error { return r.Scan(&sums.Reserved, &sums.Taken) }
	err = t.one("add up coins", nil, take,
		"SELECT coalesce(sum(reserved), 0), coalesce(sum(taken), 0) FROM coins WHERE user_id = ? AND month = ?", user, moment{&month})
	return sums, err
}

func (t *transaction) ScanCoins(scan engine.ScanID) (entries []engine.CoinEntry, err error) {
	take := func(r row) error {
		var entry engine.CoinEntry
		err := r.Scan(coinFields(&entry)...)
		entries = append(entries, entry)
		return err
	}
	return entries, t.each("read coins", take, "SELECT "+coinColumns+" FROM coins WHERE scan_id = ? ORDER BY id", scan)
}
