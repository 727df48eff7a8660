package control_test

import (
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// A key whose time is over opens no door, and cannot be made to again.
func TestExpiredKeys(t *testing.T) {
	h := open(t, t.TempDir())
	later := time.Now().Add(time.Hour)
	key, secret, err := h.CreateKey(t.Context(), h.user, "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", engine.KeyRequest{Name: "job", Scopes: []engine.KeyScope{engine.KeyScan}, ExpiresAt: &later})
	wantKind(t, "create", err, "")
	_, scope, err := h.Authenticate(t.Context(), secret)
	if wantKind(t, "open", err, ""); scope != engine.KeyScan {
		t.Errorf("the key is for %s", scope)
	}
	past := time.Now().Add(-time.Second).UTC()
	key.ExpiresAt = &past
	err = h.Store.Update(t.Context(), func(tx store.Tx) error { return tx.SaveKey(&key) })
	wantKind(t, "let time pass", err, "")
	_, _, err = h.Authenticate(t.Context(), secret)
	wantKind(t, "open later", err, engine.Unauthorized)
	_, err = h.MoveKey(t.Context(), h.user, "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", key.ID, later)
	wantKind(t, "prolong", err, engine.Conflict)
}

// A key that replaces another may do no more, and ends when that did.
func TestResetKeepsScopesAndEnd(t *testing.T) {
	h := open(t, t.TempDir())
	later := time.Now().Add(time.Hour)
	_, secret, err := h.CreateKey(t.Context(), h.user, "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", engine.KeyRequest{Name: "job", Scopes: []engine.KeyScope{engine.KeyManage}, ExpiresAt: &later})
	wantKind(t, "create", err, "")
	fresh, err := h.ResetKey(t.Context(), secret)
	wantKind(t, "reset", err, "")
	keys, err := h.OwnKeys(t.Context(), h.user)
	last := keys[len(keys)-1]
	if err != nil || last.Hash != engine.HashKey(fresh) || last.ExpiresAt == nil || len(last.Scopes) != 1 || last.Prefix != fresh[:6] {
		t.Errorf("the key that replaces it is %+v (%v)", last, err)
	}
}

// Somebody else's key is no key.
func TestForeignKeys(t *testing.T) {
	h := open(t, t.TempDir())
	ann, _, err := h.AddUser(t.Context(), engine.User{Email: "ann@example.com"}, "laptop", "")
	wantKind(t, "add user", err, "")
	keys, err := h.OwnKeys(t.Context(), h.user)
	wantKind(t, "list", err, "")
	_, err = h.OwnKey(t.Context(), ann, keys[0].ID)
	wantKind(t, "read", err, engine.NotFound)
	wantKind(t, "revoke", h.RevokeOwnKey(t.Context(), ann, keys[0].ID), engine.NotFound)
}
