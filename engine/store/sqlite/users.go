package sqlite

import (
	"fmt"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// userColumns are the columns of record beside id, in the order of userFields.
const userColumns = "email, first_name, last_name, plan, team_id, disabled, created_at"

func userFields(u *engine.User) []any {
	return []any{&u.Email, &u.FirstName, &u.LastName, &u.Plan, reference[engine.TeamID]{&u.TeamID}, &u.Disabled, moment{&u.CreatedAt}}
}

func readUser(r row) (user engine.User, err error) {
	err = r.Scan(append([]any{&user.ID}, userFields(&user)...)...)
	return user, err
}

func (t *transaction) InsertUser(user *engine.User) error {
	id, err := t.insert("insert user", "INSERT INTO users ("+userColumns+") VALUES ("+placeholders(userColumns)+")", userFields(user)...)
	if err != nil {
		return userRefused(user, err)
	}
	user.ID = engine.UserID(id)
	return nil
}

func (t *transaction) User(id engine.UserID) (user engine.User, err error) {
	take := func(r row) error {
		user, err = readUser(r)
		return err
	}
	if err := t.one("read user", noUser(id), take, "SELECT id, "+userColumns+" FROM users WHERE id = ?", id); err != nil {
		return engine.User{}, err
	}
	return user, nil
}

func (t *transaction) Users(filter store.UserFilter) (users []engine.User, err error) {
	take := func(r row) error {
		user, err := readUser(r)
		users = append(users, user)
		return err
	}
	tail, args := filterUsers(filter)
	return users, t.each("read users", take, "SELECT id, "+userColumns+" FROM users "+tail, args...)
}

// filterUsers gives what follows "FROM users" for filter, with its arguments. The
// column of the address compares without regard to case.
func filterUsers(filter store.UserFilter) (tail string, args []any) {
	where := []string{"TRUE"}
	if filter.Email != "" {
		where, args = append(where, "email = ?"), append(args, filter.Email)
	}
	if filter.TeamID != 0 {
		where, args = append(where, "team_id = ?"), append(args, filter.TeamID)
	}
	tail = "WHERE " + strings.Join(where, " AND ") + " ORDER BY id"
	if filter.Limit > 0 {
		tail, args = tail+" LIMIT ?", append(args, filter.Limit)
	}
	return tail, args
}

func (t *transaction) SaveUser(user *engine.User) error {
	query := "UPDATE users SET (" + userColumns + ") = (" + placeholders(userColumns) + ") WHERE id = ?"
	return userRefused(user, t.change("save user", noUser(user.ID), query, append(userFields(user), user.ID)...))
}

// EraseUser leaves the keys to the foreign key, which takes them along.
func (t *transaction) EraseUser(id engine.UserID) error {
	if err := t.eraseIssuesOf(engine.Party{UserID: id}); err != nil {
		return err
	}
	if err := t.eraseRecordsOf(engine.Party{UserID: id}); err != nil {
		return err
	}
	return t.change("erase user", noUser(id), "DELETE FROM users WHERE id = ?", id)
}

// userRefused explains the constraints a caller can break.
func userRefused(user *engine.User, err error) error {
	switch extendedCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return taken("E-mail address is in use", fmt.Sprintf("there is a user %s already", user.Email), "email", err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return noTeam(user.TeamID)
	}
	return err
}

// taken says that what has to be unique is somebody else's.
func taken(title, detail, field string, err error) error {
	return &engine.Error{Kind: engine.Conflict, Title: title, Detail: detail, Hint: "choose another", Field: field, Err: err}
}

func noUser(id engine.UserID) error { return notFound("user", int64(id)) }
