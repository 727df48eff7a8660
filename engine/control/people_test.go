package control_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

func TestAuthenticate(t *testing.T) {
	h := open(t, t.TempDir(), func(c *control.Config) { c.LocalKey = "onlyThisProcessKnows" })
	for key, known := range map[string]bool{"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk": true, "onlyThisProcessKnows": true, "": false, "x": false} {
		user, _, err := h.Authenticate(t.Context(), key)
		if known && (err != nil || user.ID != h.user.ID) || !known && engine.KindOf(err) != engine.Unauthorized {
			t.Errorf("key %q: user %d, %v", key, user.ID, err)
		}
	}
}

// wantKind fails unless err is of the kind; "" is no error.
func wantKind(t *testing.T, doing string, err error, kind engine.Kind) {
	t.Helper()
	if engine.KindOf(err) != kind {
		t.Errorf("%s: %v, want kind %q", doing, err, kind)
	}
}

func TestSeveralKeys(t *testing.T) {
	h := open(t, t.TempDir())
	ann, first, err := h.AddUser(t.Context(), engine.User{Email: "ann@example.com"}, "laptop", "")
	wantKind(t, "add user", err, "")
	key, second, err := h.AddKey(t.Context(), "ANN@example.com", "ci")
	wantKind(t, "add key", err, "")
	for _, secret := range []string{first, second} {
		if user, _, err := h.Authenticate(t.Context(), secret); err != nil || user.ID != ann.ID {
			t.Errorf("key opens for %d (%v), want %d", user.ID, err, ann.ID)
		}
	}
	for range 2 { // revoking is idempotent
		_, err = h.RevokeKey(t.Context(), ann.Email, key.ID)
		wantKind(t, "revoke", err, "")
	}
	_, _, err = h.Authenticate(t.Context(), second)
	wantKind(t, "a revoked key", err, engine.Unauthorized)
	_, _, err = h.Authenticate(t.Context(), first)
	wantKind(t, "the other key", err, "")
	_, err = h.RevokeKey(t.Context(), h.user.Email, key.ID)
	wantKind(t, "revoke somebody else's", err, engine.NotFound)
	keys, err := h.Keys(t.Context(), ann)
	if err != nil || len(keys) != 2 || keys[0].Label != "laptop" || keys[1].RevokedAt == nil {
		t.Errorf("keys are %+v (%v)", keys, err)
	}
	for _, k := range keys {
		if k.Hash == first || k.Hash == second {
			t.Error("a key is kept as it is")
		}
	}
}

func TestResetKey(t *testing.T) {
	h := open(t, t.TempDir(), func(c *control.Config) { c.LocalKey = "onlyThisProcessKnows" })
	_, old, err := h.AddUser(t.Context(), engine.User{Email: "ann@example.com"}, "laptop", "")
	wantKind(t, "add user", err, "")
	fresh, err := h.ResetKey(t.Context(), old)
	wantKind(t, "reset", err, "")
	_, _, err = h.Authenticate(t.Context(), old)
	wantKind(t, "the old key", err, engine.Unauthorized)
	ann, _, err := h.Authenticate(t.Context(), fresh)
	wantKind(t, "the new key", err, "")
	if keys, err := h.Keys(t.Context(), ann); err != nil || len(keys) != 2 || keys[1].Label != "laptop" {
		t.Errorf("keys are %+v (%v)", keys, err)
	}
	_, err = h.ResetKey(t.Context(), old)
	wantKind(t, "reset with the old key", err, engine.Unauthorized)
	_, err = h.ResetKey(t.Context(), "onlyThisProcessKnows")
	wantKind(t, "reset the key of this process", err, engine.Conflict)
}

func TestDisabledUser(t *testing.T) {
	h := open(t, t.TempDir())
	ann, key, err := h.AddUser(t.Context(), engine.User{Email: "ann@example.com"}, "", "")
	wantKind(t, "add user", err, "")
	disable := func(u *engine.User) error { u.Disabled = true; return nil }
	_, err = h.ChangeUser(t.Context(), ann.Email, disable)
	wantKind(t, "disable", err, "")
	_, _, err = h.Authenticate(t.Context(), key)
	wantKind(t, "a disabled user", err, engine.Forbidden)
	_, err = h.ChangeUser(t.Context(), h.user.Email, disable)
	wantKind(t, "disable the first user", err, engine.Conflict)
	_, err = h.ChangeUser(t.Context(), ann.Email, func(u *engine.User) error { u.Disabled = false; return nil })
	wantKind(t, "enable", err, "")
	_, _, err = h.Authenticate(t.Context(), key)
	wantKind(t, "enabled again", err, "")
}

func TestBadPeople(t *testing.T) {
	h := open(t, t.TempDir())
	for _, user := range []engine.User{
		{}, {Email: "ann"}, {Email: "Ann <ann@example.com>"}, {Email: "ann@example.com\n"},
		{Email: "ann@example.com", FirstName: "A\x1b[31mnn"}, {Email: "ann@example.com", LastName: " Ann"},
	} {
		_, _, err := h.AddUser(t.Context(), user, "", "")
		wantKind(t, "add "+user.Email, err, engine.Invalid)
	}
	_, _, err := h.AddUser(t.Context(), engine.User{Email: "ADMIN@localhost"}, "", "")
	wantKind(t, "add a twin", err, engine.Conflict)
	_, err = h.User(t.Context(), "nobody@example.com")
	wantKind(t, "look for nobody", err, engine.NotFound)
}

func TestRemoveUser(t *testing.T) {
	h := open(t, t.TempDir())
	wantKind(t, "remove the first user", h.RemoveUser(t.Context(), h.user.Email), engine.Conflict)
	ann, bob := h.join(t, "ann@example.com", ""), h.join(t, "bob@example.com", "")
	scan, err := h.CreateScan(t.Context(), ann, engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}})
	wantKind(t, "create", err, "")
	wantKind(t, "remove the owner of a scan", h.RemoveUser(t.Context(), ann.Email), engine.Conflict)
	wantKind(t, "delete", h.DeleteScan(t.Context(), ann, scan.ID), "")
	wantKind(t, "remove the owner of a deleted scan", h.RemoveUser(t.Context(), ann.Email), engine.Conflict)
	wantKind(t, "remove", h.RemoveUser(t.Context(), bob.Email), "")
	wantKind(t, "remove twice", h.RemoveUser(t.Context(), bob.Email), engine.NotFound)
}
