package control

import (
	"context"
	"errors"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// ErrNoUsers says that a store has no user yet.
var ErrNoUsers = errors.New("the store has no user yet")

// FirstUser gives the user who owns the engine, [ErrNoUsers] on a new store.
func (c *Control) FirstUser(ctx context.Context) (user engine.User, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		user, err = firstUser(tx)
		return err
	})
	return user, err
}

func firstUser(tx store.Tx) (engine.User, error) {
	users, err := tx.Users(store.UserFilter{Limit: 1})
	if err != nil {
		return engine.User{}, err
	}
	if len(users) == 0 {
		return engine.User{}, ErrNoUsers
	}
	return users[0], nil
}

// EnsureFirstUser makes the user who owns the engine, with this key, unless there
// is a user already. created says which it was.
func (c *Control) EnsureFirstUser(ctx context.Context, email, key string) (user engine.User, created bool, err error) {
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		user, err = firstUser(tx)
		if created = errors.Is(err, ErrNoUsers); !created {
			return err
		}
		user = engine.User{Email: email, FirstName: "Admin", Plan: engine.SelfHosted().Name, CreatedAt: now()}
		if err := tx.InsertUser(&user); err != nil {
			return err
		}
		return tx.InsertKey(&engine.Key{UserID: user.ID, Label: "first", Hash: engine.HashKey(key), Prefix: engine.KeyPrefix(key), CreatedAt: now()})
	})
	return user, created, err
}

// Users gives everybody, in the order they came.
func (c *Control) Users(ctx context.Context) (users []engine.User, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		users, err = tx.Users(store.UserFilter{})
		return err
	})
	return users, err
}

// User gives the user with this e-mail address.
func (c *Control) User(ctx context.Context, email string) (user engine.User, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		user, err = userByEmail(tx, email)
		return err
	})
	return user, err
}

func userByEmail(tx store.Tx, email string) (engine.User, error) {
	users, err := tx.Users(store.UserFilter{Email: email})
	if err != nil {
		return engine.User{}, err
	}
	if email == "" || len(users) == 0 {
		return engine.User{}, &engine.Error{Kind: engine.NotFound, Title: "No such user", Field: "email", Detail: fmt.Sprintf("there is no user %q", email), Hint: "portolan user list shows who there is"}
	}
	return users[0], nil
}

// AddUser puts a new user on record, in a team unless that is "", with a first key of
// this label, which is shown this once.
func (c *Control) AddUser(ctx context.Context, user engine.User, label, team string) (_ engine.User, secret string, err error) {
	if err := errors.Join(user.Validate(), engine.ValidateKeyLabel(label)); err != nil {
		return engine.User{}, "", err
	}
	user.CreatedAt = now()
	secret = engine.NewKey()
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		if team != "" {
			in, err := teamByName(tx, team)
			if err != nil {
				return err
			}
			user.TeamID = in.ID
		}
		if err := tx.InsertUser(&user); err != nil {
			return err
		}
		return tx.InsertKey(&engine.Key{UserID: user.ID, Label: label, Hash: engine.HashKey(secret), Prefix: engine.KeyPrefix(secret), CreatedAt: now()})
	})
	return user, secret, err
}

// ChangeUser applies fn to the user with this e-mail address. fn may run again.
func (c *Control) ChangeUser(ctx context.Context, email string, fn func(*engine.User) error) (user engine.User, err error) {
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		if user, err = userByEmail(tx, email); err != nil {
			return err
		}
		if err := fn(&user); err != nil {
			return err
		}
		if err := user.Validate(); err != nil {
			return err
		}
		return saveUser(tx, user)
	})
	return user, err
}

// saveUser stores a user; the one who owns the engine cannot be shut out, because
// the engine itself acts for them.
func saveUser(tx store.Tx, user engine.User) error {
	if user.Disabled {
		if err := notFirst(tx, user, "disabled"); err != nil {
			return err
		}
	}
	return tx.SaveUser(&user)
}

func notFirst(tx store.Tx, user engine.User, what string) error {
	first, err := firstUser(tx)
	if err == nil && first.ID == user.ID {
		return &engine.Error{Kind: engine.Conflict, Title: "The first user stays", Field: "email", Detail: fmt.Sprintf("%s owns the engine and cannot be %s", user.Email, what), Hint: "give them another e-mail address or another key instead"}
	}
	return err
}

// RemoveUser erases a user and their keys. Somebody who has scans stays: what
// would become of those is not for us to guess.
func (c *Control) RemoveUser(ctx context.Context, email string) error {
	return c.Store.Update(ctx, func(tx store.Tx) error {
		user, err := userByEmail(tx, email)
		if err != nil {
			return err
		}
		if err := notFirst(tx, user, "removed"); err != nil {
			return err
		}
		for _, deleted := range []bool{false, true} {
			n, err := tx.CountScans(store.ScanFilter{OwnerID: user.ID, Deleted: deleted})
			if err != nil {
				return err
			}
			if n > 0 {
				return hasScans(user, n, deleted)
			}
		}
		return tx.EraseUser(user.ID)
	})
}

func hasScans(user engine.User, n int64, deleted bool) error {
	e := &engine.Error{
		Kind: engine.Conflict, Title: "User has scans", Field: "email",
		Detail: fmt.Sprintf("%d scans belong to %s", n, user.Email),
		Hint:   "disable the user instead: portolan user disable " + user.Email,
	}
	if deleted {
		e.Detail = fmt.Sprintf("%d deleted scans of %s can still be restored", n, user.Email)
	}
	return e
}
