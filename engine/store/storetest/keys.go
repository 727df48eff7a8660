package storetest

import (
	"reflect"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testKeys(t *testing.T, open Open) {
	t.Run("every member is kept", func(t *testing.T) { keepsKeys(newHarness(t, open, t.TempDir())) })
	t.Run("what is missing is not found", func(t *testing.T) { missesKeys(newHarness(t, open, t.TempDir())) })
	t.Run("a key is one user's", func(t *testing.T) { refusesTakenKey(newHarness(t, open, t.TempDir())) })
}

func (h harness) insertKey(k engine.Key) engine.Key {
	h.Helper()
	h.update(func(tx store.Tx) error { return tx.InsertKey(&k) })
	return k
}

// wantKeys fails unless these are all keys of the user, however they are read.
func (h harness) wantKeys(owner engine.UserID, want ...engine.Key) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		keys, err := tx.Keys(owner)
		if err != nil || len(keys) != len(want) || len(want) > 0 && !reflect.DeepEqual(keys, want) {
			h.Errorf("keys are %+v (%v), want %+v", keys, err, want)
		}
		for _, k := range want {
			if got, err := tx.KeyByHash(k.Hash); err != nil || !reflect.DeepEqual(got, k) {
				h.Errorf("key by hash is %+v (%v), want %+v", got, err, k)
			}
		}
		return nil
	})
}

func keepsKeys(h harness) {
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	h.wantKeys(ann.ID)
	laptop := h.insertKey(key(ann.ID, "laptop"))
	ci, hers := h.insertKey(engine.Key{UserID: ann.ID, Hash: "ci"}), h.insertKey(key(bob.ID, "bob's"))
	h.wantAllSet(laptop)
	h.wantKeys(ann.ID, laptop, ci)
	h.wantKeys(bob.ID, hers)
	used := at(30)
	ci.Label, ci.Hash, ci.CreatedAt, ci.LastUsedAt = "ci", "new", at(20), &used
	laptop.RevokedAt = nil
	h.update(func(tx store.Tx) error {
		if err := tx.SaveKey(&laptop); err != nil {
			return err
		}
		return tx.SaveKey(&ci)
	})
	h.wantKeys(ann.ID, laptop, ci)
	h.wantKeys(bob.ID, hers)
	h.update(func(tx store.Tx) error {
		if err := tx.UseKey(ci.ID, at(40)); err != nil {
			return err
		}
		return tx.UseKey(ci.ID+100, at(40))
	})
	used = at(40)
	h.wantKeys(ann.ID, laptop, ci)
}

func missesKeys(h harness) {
	ann := h.insertUser(user("ann"))
	missing := key(ann.ID, "missing")
	missing.ID = 77
	h.view(func(tx store.Tx) error {
		_, err := tx.KeyByHash(missing.Hash)
		h.wantKind("read", err, engine.NotFound)
		return nil
	})
	save := func(tx store.Tx) error { return tx.SaveKey(&missing) }
	h.wantKind("save", h.store.Update(h.Context(), save), engine.NotFound)
	orphan := key(ann.ID+1, "orphan")
	insert := func(tx store.Tx) error { return tx.InsertKey(&orphan) }
	h.wantKind("insert for nobody", h.store.Update(h.Context(), insert), engine.NotFound)
	h.wantKeys(ann.ID)
}

func refusesTakenKey(h harness) {
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	hers := h.insertKey(key(ann.ID, "hers"))
	twin := key(bob.ID, "his")
	twin.Hash = hers.Hash
	insert := func(tx store.Tx) error { return tx.InsertKey(&twin) }
	h.wantKind("insert", h.store.Update(h.Context(), insert), engine.Conflict)
	h.wantKeys(bob.ID)
	h.wantKeys(ann.ID, hers)
}
