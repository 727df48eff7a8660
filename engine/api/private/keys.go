package private

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// ownKeyObject is one of the caller's keys. The key itself is shown once, when it is made.
type ownKeyObject struct {
	ID         engine.KeyID      `json:"id"`
	Name       string            `json:"name"`
	Prefix     string            `json:"prefix"` // how the key begins; empty for keys of older versions
	Scopes     []engine.KeyScope `json:"scopes"`
	CreatedAt  time.Time         `json:"created_at"`
	ExpiresAt  *time.Time        `json:"expires_at"`   // null: never
	LastUsedAt *time.Time        `json:"last_used_at"` // to the hour
}

// newKeyObject is a key that was just made.
type newKeyObject struct {
	ownKeyObject
	Key string `json:"key"`
}

func describeKey(k engine.Key) ownKeyObject {
	scopes := k.Scopes
	if len(scopes) == 0 {
		scopes = []engine.KeyScope{k.Scope()}
	}
	return ownKeyObject{ID: k.ID, Name: k.Label, Prefix: k.Prefix, Scopes: scopes, CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt, LastUsedAt: k.LastUsedAt}
}

func (d *dialect) listKeys(call *api.Call) error {
	keys, err := d.control.OwnKeys(call.Context(), call.Caller)
	if err != nil {
		return err
	}
	described := make([]ownKeyObject, len(keys))
	for i, k := range keys {
		described[i] = describeKey(k)
	}
	return call.Answer(described)
}

func (d *dialect) getKey(call *api.Call) error {
	id, err := keyID(call)
	if err != nil {
		return err
	}
	key, err := d.control.OwnKey(call.Context(), call.Caller, id)
	if err != nil {
		return err
	}
	return call.Answer(describeKey(key))
}

func (d *dialect) createKey(call *api.Call) error {
	var asked struct {
		Name    string            `json:"name"`
		Scopes  []engine.KeyScope `json:"scopes"`
		Expires string            `json:"expires_at"`
		Key     string            `json:"key"`
	}
	if err := call.Exact(&asked); err != nil {
		return err
	}
	expires, err := expiry(asked.Expires)
	if err != nil {
		return err
	}
	request := engine.KeyRequest{Name: asked.Name, Scopes: asked.Scopes, ExpiresAt: expires, Key: asked.Key}
	key, secret, err := d.control.CreateKey(call.Context(), call.Caller, call.Key, request)
	if err != nil {
		return err
	}
	return call.Answer(newKeyObject{describeKey(key), secret})
}

func (d *dialect) moveKey(call *api.Call) error {
	id, err := keyID(call)
	if err != nil {
		return err
	}
	var change struct {
		Expires string `json:"expires_at"`
	}
	if err := call.Exact(&change); err != nil {
		return err
	}
	expires, err := expiry(change.Expires)
	if err != nil {
		return err
	}
	if expires == nil { // to forget it must not make a key for good
		return missing("expires_at", `write {"expires_at": "2099-01-01T00:00:00Z"}; for a key without an end make another`)
	}
	key, err := d.control.MoveKey(call.Context(), call.Caller, call.Key, id, *expires)
	if err != nil {
		return err
	}
	return call.Answer(describeKey(key))
}

func (d *dialect) revokeKey(call *api.Call) error {
	id, err := keyID(call)
	if err != nil {
		return err
	}
	if err := d.control.RevokeOwnKey(call.Context(), call.Caller, id); err != nil {
		return err
	}
	return call.AnswerNothing()
}

// expiry reads when a key ends; "" is never.
func expiry(text string) (*time.Time, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no end is no error
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil, invalid("expires_at", "expires_at is not a time", `write it as in "2026-01-31T08:00:00Z"`)
	}
	return &at, nil
}
