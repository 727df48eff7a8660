package control

import (
	"context"
	"crypto/subtle"
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Authenticate gives the user with this API key, and what the key is for. A key that is
// not known and one that was revoked are the same.
func (c *Control) Authenticate(ctx context.Context, key string) (user engine.User, scope engine.KeyScope, err error) {
	if c.isLocal(key) {
		user, err = c.FirstUser(ctx)
		return user, engine.KeyManage, err
	}
	var used engine.Key
	err = c.Store.View(ctx, func(tx store.Tx) error {
		if used, err = openKey(tx, key); err != nil {
			return err
		}
		user, err = tx.User(used.UserID)
		return err
	})
	if err != nil {
		return engine.User{}, "", err
	}
	if user.Disabled {
		return engine.User{}, "", &engine.Error{Kind: engine.Forbidden, Title: "User is disabled", Detail: fmt.Sprintf("%s may not use this engine at present", user.Email), Hint: "ask whoever runs it: portolan user enable " + user.Email}
	}
	c.throttles.saw(used)
	return user, used.Scope(), nil
}

// isLocal: the key of the client in this process is on no record.
func (c *Control) isLocal(key string) bool {
	return c.LocalKey != "" && subtle.ConstantTimeCompare([]byte(key), []byte(c.LocalKey)) == 1
}

// openKey finds a key that opens the door.
func openKey(tx store.Tx, key string) (engine.Key, error) {
	found, err := tx.KeyByHash(engine.HashKey(key))
	switch {
	case err == nil && found.RevokedAt == nil && found.Expired(time.Now()):
		return engine.Key{}, &engine.Error{
			Kind: engine.Unauthorized, Title: "Wrong API key", Field: "api_key",
			Detail: fmt.Sprintf("Request had invalid authorization credentials: API key has expired at %s", found.ExpiresAt.UTC().Format(time.RFC3339)),
			Hint:   "make another key",
		}
	case engine.KindOf(err) == engine.NotFound || err == nil && found.RevokedAt != nil:
		return engine.Key{}, &engine.Error{
			Kind: engine.Unauthorized, Title: "Wrong API key", Field: "api_key",
			Detail: "Request had invalid authorization credentials: API key not found",
			Hint:   "use a key of this engine; portolan serve keeps the first one in admin.key in its data folder",
		}
	}
	return found, err
}

// Keys gives every key of a user, revoked ones too, in the order they were made.
func (c *Control) Keys(ctx context.Context, user engine.User) (keys []engine.Key, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		keys, err = tx.Keys(user.ID)
		return err
	})
	return keys, err
}

// AddKey gives a user one more key. The secret is shown this once.
func (c *Control) AddKey(ctx context.Context, email, label string) (key engine.Key, secret string, err error) {
	if err := engine.ValidateKeyLabel(label); err != nil {
		return engine.Key{}, "", err
	}
	secret = engine.NewKey()
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		user, err := userByEmail(tx, email)
		if err != nil {
			return err
		}
		key = engine.Key{UserID: user.ID, Label: label, Hash: engine.HashKey(secret), Prefix: engine.KeyPrefix(secret), CreatedAt: now()}
		return tx.InsertKey(&key)
	})
	return key, secret, err
}

// RevokeKey makes a key of a user's open no door any more. Revoking it again
// changes nothing.
func (c *Control) RevokeKey(ctx context.Context, email string, id engine.KeyID) (key engine.Key, err error) {
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		user, err := userByEmail(tx, email)
		if err != nil {
			return err
		}
		keys, err := tx.Keys(user.ID)
		if err != nil {
			return err
		}
		for _, key = range keys {
			if key.ID == id {
				return revoke(tx, &key)
			}
		}
		return &engine.Error{Kind: engine.NotFound, Title: "No such key", Field: "key", Detail: fmt.Sprintf("%s has no key %d", user.Email, id), Hint: "portolan user show " + user.Email + " lists them"}
	})
	return key, err
}

func revoke(tx store.Tx, key *engine.Key) error {
	if key.RevokedAt != nil {
		return nil
	}
	at := now()
	key.RevokedAt = &at
	return tx.SaveKey(key)
}

// ResetKey revokes the caller's key and makes another in its place, with the same
// label, scopes and end. The secret is shown this once.
func (c *Control) ResetKey(ctx context.Context, old string) (secret string, err error) {
	if c.isLocal(old) {
		return "", &engine.Error{Kind: engine.Conflict, Title: "Key cannot be reset", Detail: "the engine in this process is not called with a key of record", Hint: "call a server, or use portolan user key"}
	}
	secret = engine.NewKey()
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		key, err := openKey(tx, old)
		if err != nil {
			return err
		}
		if err := revoke(tx, &key); err != nil {
			return err
		}
		key.Hash, key.Prefix, key.CreatedAt, key.LastUsedAt, key.RevokedAt = engine.HashKey(secret), engine.KeyPrefix(secret), now(), nil, nil
		return tx.InsertKey(&key)
	})
	return secret, err
}
