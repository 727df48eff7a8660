package sqlite

import (
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// userColumns are the columns of record beside id, in the order of userFields.
const userColumns = "email, first_name, last_name, key_hash, created_at"

func userFields(u *engine.User) []any {
	return []any{&u.Email, &u.FirstName, &u.LastName, &u.KeyHash, moment{&u.CreatedAt}}
}

func readUser(r row) (user engine.User, err error) {
	err = r.Scan(append([]any{&user.ID}, userFields(&user)...)...)
	return user, err
}

func (t *transaction) InsertUser(user *engine.User) error {
	id, err := t.insert("insert user", "INSERT INTO users ("+userColumns+") VALUES ("+placeholders(userColumns)+")", userFields(user)...)
	if err != nil {
		return keyTaken(err)
	}
	user.ID = engine.UserID(id)
	return nil
}

func (t *transaction) User(id engine.UserID) (engine.User, error) {
	return t.user(noUser(id), "id = ?", id)
}

func (t *transaction) UserByKeyHash(hash string) (engine.User, error) {
	absent := &engine.Error{Kind: engine.NotFound, Title: "User not found", Detail: "no user has this key"}
	return t.user(absent, "key_hash = ?", hash)
}

func (t *transaction) user(absent error, where string, arg any) (user engine.User, err error) {
	take := func(r row) error {
		user, err = readUser(r)
		return err
	}
	if err := t.one("read user", absent, take, "SELECT id, "+userColumns+" FROM users WHERE "+where, arg); err != nil {
		return engine.User{}, err
	}
	return user, nil
}

func (t *transaction) Users() (users []engine.User, err error) {
	take := func(r row) error {
		user, err := readUser(r)
		users = append(users, user)
		return err
	}
	return users, t.each("read users", take, "SELECT id, "+userColumns+" FROM users ORDER BY id")
}

func (t *transaction) SaveUser(user *engine.User) error {
	query := "UPDATE users SET (" + userColumns + ") = (" + placeholders(userColumns) + ") WHERE id = ?"
	return keyTaken(t.change("save user", noUser(user.ID), query, append(userFields(user), user.ID)...))
}

// keyTaken explains the only constraint a caller can break.
func keyTaken(err error) error {
	if extendedCode(err) != sqlite3.SQLITE_CONSTRAINT_UNIQUE {
		return err
	}
	return &engine.Error{
		Kind: engine.Conflict, Title: "API key is in use", Detail: "another user has this key",
		Hint: "choose another key", Err: fmt.Errorf("store user: %w", err),
	}
}

func noUser(id engine.UserID) error { return notFound("user", int64(id)) }
