package storetest

import (
	"reflect"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testUsers(t *testing.T, open Open) {
	t.Run("every member is kept", func(t *testing.T) { keepsUsers(newHarness(t, open, t.TempDir())) })
	t.Run("what is missing is not found", func(t *testing.T) { missesUsers(newHarness(t, open, t.TempDir())) })
	t.Run("a key has one user", func(t *testing.T) { refusesTakenKey(newHarness(t, open, t.TempDir())) })
}

func (h harness) insertUser(u engine.User) engine.User {
	h.Helper()
	h.update(func(tx store.Tx) error { return tx.InsertUser(&u) })
	return u
}

func keepsUsers(h harness) {
	h.wantUsers()
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	if ann.ID < 1 || bob.ID <= ann.ID {
		h.Errorf("ids %d, %d do not rise", ann.ID, bob.ID)
	}
	h.wantAllSet(ann)
	h.wantUsers(ann, bob)
	old := ann.KeyHash
	ann.Email, ann.FirstName, ann.LastName, ann.KeyHash, ann.CreatedAt = "new@example.com", "New", "Name", engine.HashKey("new"), at(20)
	h.update(func(tx store.Tx) error { return tx.SaveUser(&ann) })
	h.wantUsers(ann, bob)
	h.view(func(tx store.Tx) error {
		_, err := tx.UserByKeyHash(old)
		h.wantKind("read by the old key", err, engine.NotFound)
		return nil
	})
}

// wantUsers fails unless these are all users, however they are read.
func (h harness) wantUsers(want ...engine.User) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		users, err := tx.Users()
		if err != nil || len(users) != len(want) || len(want) > 0 && !reflect.DeepEqual(users, want) {
			h.Errorf("users are %+v (%v), want %+v", users, err, want)
		}
		for _, u := range want {
			if got, err := tx.User(u.ID); err != nil || got != u {
				h.Errorf("user %d is %+v (%v), want %+v", u.ID, got, err, u)
			}
			if got, err := tx.UserByKeyHash(u.KeyHash); err != nil || got != u {
				h.Errorf("user by key is %+v (%v), want %+v", got, err, u)
			}
		}
		return nil
	})
}

func missesUsers(h harness) {
	ann := h.insertUser(user("ann"))
	missing := user("bob")
	missing.ID = ann.ID + 1
	h.view(func(tx store.Tx) error {
		_, err := tx.User(missing.ID)
		h.wantKind("read", err, engine.NotFound)
		_, err = tx.UserByKeyHash(missing.KeyHash)
		h.wantKind("read by key", err, engine.NotFound)
		return nil
	})
	h.update(func(tx store.Tx) error {
		h.wantKind("save", tx.SaveUser(&missing), engine.NotFound)
		return nil
	})
	h.wantUsers(ann)
}

func refusesTakenKey(h harness) {
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	twin, thief := user("twin"), bob
	twin.KeyHash, thief.KeyHash = ann.KeyHash, ann.KeyHash
	insert := func(tx store.Tx) error { return tx.InsertUser(&twin) }
	h.wantKind("insert", h.store.Update(h.Context(), insert), engine.Conflict)
	save := func(tx store.Tx) error { return tx.SaveUser(&thief) }
	h.wantKind("save", h.store.Update(h.Context(), save), engine.Conflict)
	h.wantUsers(ann, bob)
}
