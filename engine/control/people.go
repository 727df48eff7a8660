package control

import (
	"context"
	"crypto/subtle"
	"errors"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Authenticate gives the user with this API key.
func (c *Control) Authenticate(ctx context.Context, key string) (user engine.User, err error) {
	if c.LocalKey != "" && subtle.ConstantTimeCompare([]byte(key), []byte(c.LocalKey)) == 1 {
		return c.FirstUser(ctx)
	}
	err = c.Store.View(ctx, func(tx store.Tx) error {
		user, err = tx.UserByKeyHash(engine.HashKey(key))
		return err
	})
	if engine.KindOf(err) == engine.NotFound {
		return engine.User{}, &engine.Error{
			Kind: engine.Unauthorized, Title: "Wrong API key", Field: "api_key",
			Detail: "Request had invalid authorization credentials: API key not found",
			Hint:   "use a key of this engine; portolan serve keeps the first one in admin.key in its data folder",
		}
	}
	return user, err
}

// ErrNoUsers says that a store has no user yet.
var ErrNoUsers = errors.New("the store has no user yet")

// FirstUser gives the user who owns the engine, [ErrNoUsers] on a new store.
func (c *Control) FirstUser(ctx context.Context) (user engine.User, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		users, err := tx.Users()
		if err != nil {
			return err
		}
		if len(users) == 0 {
			return ErrNoUsers
		}
		user = users[0]
		return nil
	})
	return user, err
}

// EnsureFirstUser makes the user who owns the engine, with this key, unless there
// is a user already. created says which it was.
func (c *Control) EnsureFirstUser(ctx context.Context, email, key string) (user engine.User, created bool, err error) {
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		users, err := tx.Users()
		if err != nil {
			return err
		}
		created = len(users) == 0
		if !created {
			user = users[0]
			return nil
		}
		user = engine.User{Email: email, FirstName: "Admin", KeyHash: engine.HashKey(key), CreatedAt: now()}
		return tx.InsertUser(&user)
	})
	return user, created, err
}
