package sqlite

import (
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// keyColumns are the columns of record beside id, in the order of keyFields.
const keyColumns = "user_id, label, hash, prefix, scopes, created_at, expires_at, last_used_at, revoked_at"

func keyFields(k *engine.Key) []any {
	return []any{&k.UserID, &k.Label, &k.Hash, &k.Prefix, document{&k.Scopes}, moment{&k.CreatedAt}, maybe{&k.ExpiresAt}, maybe{&k.LastUsedAt}, maybe{&k.RevokedAt}}
}

func readKey(r row) (key engine.Key, err error) {
	err = r.Scan(append([]any{&key.ID}, keyFields(&key)...)...)
	return key, err
}

func (t *transaction) InsertKey(key *engine.Key) error {
	id, err := t.insert("insert key", "INSERT INTO keys ("+keyColumns+") VALUES ("+placeholders(keyColumns)+")", keyFields(key)...)
	if err != nil {
		return keyRefused(key, err)
	}
	key.ID = engine.KeyID(id)
	return nil
}

func (t *transaction) KeyByHash(hash string) (key engine.Key, err error) {
	take := func(r row) error {
		key, err = readKey(r)
		return err
	}
	absent := &engine.Error{Kind: engine.NotFound, Title: "Key not found", Detail: "nobody has this key"}
	if err := t.one("read key", absent, take, "SELECT id, "+keyColumns+" FROM keys WHERE hash = ?", hash); err != nil {
		return engine.Key{}, err
	}
	return key, nil
}

func (t *transaction) Keys(user engine.UserID) (keys []engine.Key, err error) {
	take := func(r row) error {
		key, err := readKey(r)
		keys = append(keys, key)
		return err
	}
	return keys, t.each("read keys", take, "SELECT id, "+keyColumns+" FROM keys WHERE user_id = ? ORDER BY id", user)
}

func (t *transaction) SaveKey(key *engine.Key) error {
	query := "UPDATE keys SET (" + keyColumns + ") = (" + placeholders(keyColumns) + ") WHERE id = ?"
	return keyRefused(key, t.change("save key", notFound("key", int64(key.ID)), query, append(keyFields(key), key.ID)...))
}

func (t *transaction) UseKey(id engine.KeyID, at time.Time) error {
	_, err := t.exec("use key", "UPDATE keys SET last_used_at = ? WHERE id = ?", moment{&at}, id)
	return err
}

// keyRefused explains the constraints a caller can break. It never tells the hash.
func keyRefused(key *engine.Key, err error) error {
	switch extendedCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return taken("API key is in use", "there is this key already", "api_key", err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return noUser(key.UserID)
	}
	return err
}
