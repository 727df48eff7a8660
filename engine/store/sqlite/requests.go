package sqlite

import (
	"fmt"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func (t *transaction) Request(owner engine.UserID, key string) (store.Request, error) {
	r := store.Request{OwnerID: owner, Key: key}
	absent := &engine.Error{Kind: engine.NotFound, Title: "Request not found", Detail: "no request has this key"}
	take := func(row row) error { return row.Scan(&r.Digest, &r.ScanID, moment{&r.At}) }
	if err := t.one("read request", absent, take, "SELECT digest, scan_id, at FROM requests WHERE owner_id = ? AND key = ?", owner, key); err != nil {
		return store.Request{}, err
	}
	return r, nil
}

func (t *transaction) InsertRequest(r store.Request) error {
	_, err := t.insert("remember request", "INSERT INTO requests (owner_id, key, digest, scan_id, at) VALUES (?, ?, ?, ?, ?)",
		r.OwnerID, r.Key, r.Digest, r.ScanID, moment{&r.At})
	if extendedCode(err) == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY {
		return &engine.Error{Kind: engine.Conflict, Title: "Key is in use", Detail: "another request has this key", Err: fmt.Errorf("store request: %w", err)}
	}
	return err
}

func (t *transaction) ForgetRequests(before time.Time) error {
	_, err := t.exec("forget requests", "DELETE FROM requests WHERE at < ?", before.UnixMicro())
	return err
}
