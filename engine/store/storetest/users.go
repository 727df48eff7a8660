package storetest

import (
	"reflect"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testUsers(t *testing.T, open Open) {
	t.Run("every member is kept", func(t *testing.T) { keepsUsers(newHarness(t, open, t.TempDir())) })
	t.Run("filters", func(t *testing.T) { filtersUsers(newHarness(t, open, t.TempDir())) })
	t.Run("what is missing is not found", func(t *testing.T) { missesUsers(newHarness(t, open, t.TempDir())) })
	t.Run("an address has one user", func(t *testing.T) { refusesTakenEmail(newHarness(t, open, t.TempDir())) })
	t.Run("erased for good", func(t *testing.T) { erasesUsers(newHarness(t, open, t.TempDir())) })
}

func (h harness) insertUser(u engine.User) engine.User {
	h.Helper()
	h.update(func(tx store.Tx) error { return tx.InsertUser(&u) })
	return u
}

func (h harness) saveUser(u engine.User) {
	h.Helper()
	h.update(func(tx store.Tx) error { return tx.SaveUser(&u) })
}

func keepsUsers(h harness) {
	h.wantUsers()
	sample := user("ann")
	sample.TeamID = h.insertTeam("red").ID
	ann, bob := h.insertUser(sample), h.insertUser(user("bob"))
	if ann.ID < 1 || bob.ID <= ann.ID {
		h.Errorf("ids %d, %d do not rise", ann.ID, bob.ID)
	}
	h.wantAllSet(ann)
	h.wantUsers(ann, bob)
	ann.Email, ann.FirstName, ann.LastName, ann.Plan, ann.CreatedAt = "new@example.com", "New", "Name", "new", at(20)
	ann.Disabled, ann.TeamID = false, 0
	h.saveUser(ann)
	h.wantUsers(ann, bob)
}

// wantUsers fails unless these are all users, however they are read.
func (h harness) wantUsers(want ...engine.User) {
	h.Helper()
	h.wantFiltered(store.UserFilter{}, want...)
	h.view(func(tx store.Tx) error {
		for _, u := range want {
			if got, err := tx.User(u.ID); err != nil || got != u {
				h.Errorf("user %d is %+v (%v), want %+v", u.ID, got, err, u)
			}
		}
		return nil
	})
}

func (h harness) wantFiltered(filter store.UserFilter, want ...engine.User) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		users, err := tx.Users(filter)
		if err != nil || len(users) != len(want) || len(want) > 0 && !reflect.DeepEqual(users, want) {
			h.Errorf("%+v gives %+v (%v), want %+v", filter, users, err, want)
		}
		return nil
	})
}

func filtersUsers(h harness) {
	red, blue := h.insertTeam("red"), h.insertTeam("blue")
	ann, bob, cat := user("ann"), user("bob"), user("cat")
	ann.TeamID, cat.TeamID = red.ID, red.ID
	ann, bob, cat = h.insertUser(ann), h.insertUser(bob), h.insertUser(cat)
	h.wantFiltered(store.UserFilter{Email: "BOB@example.COM"}, bob)
	h.wantFiltered(store.UserFilter{Email: "nobody@example.com"})
	h.wantFiltered(store.UserFilter{TeamID: red.ID}, ann, cat)
	h.wantFiltered(store.UserFilter{TeamID: blue.ID})
	h.wantFiltered(store.UserFilter{Limit: 1}, ann)
	h.wantFiltered(store.UserFilter{TeamID: red.ID, Email: cat.Email, Limit: 9}, cat)
}

func missesUsers(h harness) {
	ann := h.insertUser(user("ann"))
	missing := user("bob")
	missing.ID = ann.ID + 1
	h.view(func(tx store.Tx) error {
		_, err := tx.User(missing.ID)
		h.wantKind("read", err, engine.NotFound)
		return nil
	})
	h.update(func(tx store.Tx) error {
		h.wantKind("save", tx.SaveUser(&missing), engine.NotFound)
		h.wantKind("erase", tx.EraseUser(missing.ID), engine.NotFound)
		return nil
	})
	lost := user("lost")
	lost.TeamID = 99
	insert := func(tx store.Tx) error { return tx.InsertUser(&lost) }
	h.wantKind("insert into no team", h.store.Update(h.Context(), insert), engine.NotFound)
	h.wantUsers(ann)
}

func refusesTakenEmail(h harness) {
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	twin, thief := user("twin"), bob
	twin.Email, thief.Email = "ANN@example.com", ann.Email
	insert := func(tx store.Tx) error { return tx.InsertUser(&twin) }
	h.wantKind("insert", h.store.Update(h.Context(), insert), engine.Conflict)
	save := func(tx store.Tx) error { return tx.SaveUser(&thief) }
	h.wantKind("save", h.store.Update(h.Context(), save), engine.Conflict)
	h.wantUsers(ann, bob)
}

func erasesUsers(h harness) {
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	lock := h.insertKey(key(bob.ID, "lock"))
	h.update(func(tx store.Tx) error { return tx.EraseUser(bob.ID) })
	h.wantUsers(ann)
	h.view(func(tx store.Tx) error {
		_, err := tx.KeyByHash(lock.Hash)
		h.wantKind("key of an erased user", err, engine.NotFound)
		return nil
	})
	if next := h.insertUser(user("next")); next.ID <= bob.ID {
		h.Errorf("id %d of an erased user is used again: %d", bob.ID, next.ID)
	}
}
