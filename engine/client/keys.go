package client

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const keysPath = "/api/keys/"

func keyPath(id engine.KeyID) string { return fmt.Sprintf("%s%d/", keysPath, id) }

// Key is one of the key's owner's keys. Secret is the key itself, known only when it was
// just made.
type Key struct {
	ID         engine.KeyID      `json:"id"`
	Name       string            `json:"name"`
	Prefix     string            `json:"prefix"`
	Scopes     []engine.KeyScope `json:"scopes"`
	CreatedAt  time.Time         `json:"created_at"`
	ExpiresAt  *time.Time        `json:"expires_at"`
	LastUsedAt *time.Time        `json:"last_used_at"`
	Secret     string            `json:"key"`
}

// CreateKey makes a key of the key's owner's. It is sent once only: a second answer would
// be a second key.
func (c *Client) CreateKey(ctx context.Context, r engine.KeyRequest) (key Key, err error) {
	err = c.call(ctx, request{method: http.MethodPost, path: keysPath, body: r}, &key)
	return key, err
}

// Keys gives the owner's keys that were not revoked, in the order they were made.
func (c *Client) Keys(ctx context.Context) (keys []Key, err error) {
	err = c.call(ctx, get(keysPath, nil), &keys)
	return keys, err
}

// Key gives one of them.
func (c *Client) Key(ctx context.Context, id engine.KeyID) (key Key, err error) {
	err = c.call(ctx, get(keyPath(id), nil), &key)
	return key, err
}

// MoveKey changes when a key ends.
func (c *Client) MoveKey(ctx context.Context, id engine.KeyID, expires time.Time) (key Key, err error) {
	body := map[string]time.Time{"expires_at": expires}
	err = c.call(ctx, request{method: http.MethodPatch, path: keyPath(id), body: body, safe: true}, &key)
	return key, err
}

// RevokeKey makes a key open no door any more.
func (c *Client) RevokeKey(ctx context.Context, id engine.KeyID) error {
	return c.call(ctx, request{method: http.MethodDelete, path: keyPath(id)}, nil)
}
