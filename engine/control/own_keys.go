package control

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// maxOwnKeys is how many keys that open the door a user may have: a job that makes one
// each time and revokes none is told.
const maxOwnKeys = 1000

// OwnKeys gives the caller's keys that were not revoked, in the order they were made.
func (c *Control) OwnKeys(ctx context.Context, caller engine.User) ([]engine.Key, error) {
	keys, err := c.Keys(ctx, caller)
	return slices.DeleteFunc(keys, func(k engine.Key) bool { return k.RevokedAt != nil }), err
}

// OwnKey gives one of them.
func (c *Control) OwnKey(ctx context.Context, caller engine.User, id engine.KeyID) (key engine.Key, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		key, err = ownKey(tx, caller, id)
		return err
	})
	return key, err
}

func ownKey(tx store.Tx, caller engine.User, id engine.KeyID) (engine.Key, error) {
	keys, err := tx.Keys(caller.ID)
	if err != nil {
		return engine.Key{}, err
	}
	i := slices.IndexFunc(keys, func(k engine.Key) bool { return k.ID == id && k.RevokedAt == nil })
	if i < 0 {
		return engine.Key{}, &engine.Error{Kind: engine.NotFound, Title: "No such key", Field: "id", Detail: fmt.Sprintf("you have no key %d, or it was revoked", id), Hint: "GET /api/keys/ lists your keys"}
	}
	return keys[i], nil
}

// CreateKey gives the caller one more key of their own. The secret is shown this once. via
// is the key it is asked for with: a key for a while makes none that outlives it.
func (c *Control) CreateKey(ctx context.Context, caller engine.User, via string, r engine.KeyRequest) (key engine.Key, secret string, err error) {
	if err := r.Validate(now()); err != nil {
		return engine.Key{}, "", err
	}
	if secret = r.Key; secret == "" {
		secret = engine.NewKey()
	}
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		if err := c.checkLife(tx, via, r.ExpiresAt); err != nil {
			return err
		}
		if err := checkKeyCount(tx, caller); err != nil {
			return err
		}
		key = engine.Key{
			UserID: caller.ID, Label: r.Name, Hash: engine.HashKey(secret), Prefix: engine.KeyPrefix(secret),
			Scopes: r.Scopes, CreatedAt: now(), ExpiresAt: inStorePrecision(r.ExpiresAt),
		}
		return tx.InsertKey(&key)
	})
	return key, secret, err
}

// MoveKey changes when a key of the caller's ends. One whose end has come stays closed.
func (c *Control) MoveKey(ctx context.Context, caller engine.User, via string, id engine.KeyID, expires time.Time) (key engine.Key, err error) {
	if err := engine.ValidateKeyExpiry(&expires, now()); err != nil {
		return engine.Key{}, err
	}
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		if key, err = ownKey(tx, caller, id); err != nil {
			return err
		}
		if key.Expired(now()) {
			return &engine.Error{Kind: engine.Conflict, Title: "Key has expired", Field: "expires_at", Detail: fmt.Sprintf("key %d ended at %s", id, key.ExpiresAt.Format(time.RFC3339)), Hint: "make another key"}
		}
		if err := c.checkLife(tx, via, &expires); err != nil {
			return err
		}
		key.ExpiresAt = inStorePrecision(&expires)
		return tx.SaveKey(&key)
	})
	return key, err
}

// RevokeOwnKey makes a key of the caller's open no door any more.
func (c *Control) RevokeOwnKey(ctx context.Context, caller engine.User, id engine.KeyID) error {
	return c.Store.Update(ctx, func(tx store.Tx) error {
		key, err := ownKey(tx, caller, id)
		if err != nil {
			return err
		}
		return revoke(tx, &key)
	})
}

// checkLife refuses an end after that of the key via: who has a key for an hour could
// make one for good with it.
func (c *Control) checkLife(tx store.Tx, via string, expires *time.Time) error {
	if c.isLocal(via) {
		return nil
	}
	used, err := openKey(tx, via)
	if err != nil || used.ExpiresAt == nil || expires != nil && !expires.After(*used.ExpiresAt) {
		return err
	}
	return &engine.Error{
		Kind: engine.Forbidden, Title: "Key would outlive its maker", Field: "expires_at",
		Detail: fmt.Sprintf("the key this is asked with ends at %s", used.ExpiresAt.Format(time.RFC3339)),
		Hint:   "choose an earlier end, or use a key that lasts longer",
	}
}

func checkKeyCount(tx store.Tx, caller engine.User) error {
	keys, err := tx.Keys(caller.ID)
	if err != nil {
		return err
	}
	at, open := now(), 0
	for _, k := range keys {
		if k.Open(at) {
			open++
		}
	}
	if open < maxOwnKeys {
		return nil
	}
	return &engine.Error{
		Kind: engine.Limit, Title: "Too many keys", Detail: fmt.Sprintf("you have %d keys, at most %d may be open at once", open, maxOwnKeys),
		Hint: "revoke those that nobody uses, and let new ones expire", Limit: maxOwnKeys, Current: int64(open),
	}
}

// inStorePrecision is a time as it will be read again.
func inStorePrecision(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	kept := at.UTC().Truncate(time.Microsecond)
	return &kept
}
