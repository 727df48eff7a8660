package storetest

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testRequests(t *testing.T, open Open) {
	t.Run("a request is remembered by owner and key", func(t *testing.T) { remembers(newHarness(t, open, t.TempDir())) })
	t.Run("old requests are forgotten", func(t *testing.T) { forgets(newHarness(t, open, t.TempDir())) })
}

func request(owner engine.UserID, key string, second int) store.Request {
	return store.Request{OwnerID: owner, Key: key, Digest: "digest of " + key, ScanID: 7, At: at(second)}
}

func (h harness) insertRequest(r store.Request) {
	h.Helper()
	h.update(func(tx store.Tx) error { return tx.InsertRequest(r) })
}

func (h harness) wantRequest(want store.Request) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		if got, err := tx.Request(want.OwnerID, want.Key); err != nil || got != want {
			h.Errorf("request is %+v (%v), want %+v", got, err, want)
		}
		return nil
	})
}

func (h harness) wantNoRequest(owner engine.UserID, key string) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		_, err := tx.Request(owner, key)
		h.wantKind("read request", err, engine.NotFound)
		return nil
	})
}

func remembers(h harness) {
	h.wantNoRequest(1, "a")
	mine, hers := request(1, "a", 1), request(2, "a", 2)
	hers.ScanID = 8
	h.insertRequest(mine)
	h.wantNoRequest(2, "a")
	h.insertRequest(hers)
	h.wantRequest(mine)
	h.wantRequest(hers)
	again := func(tx store.Tx) error { return tx.InsertRequest(request(1, "a", 3)) }
	h.wantKind("insert again", h.store.Update(h.Context(), again), engine.Conflict)
	h.wantRequest(mine)
}

func forgets(h harness) {
	h.insertRequest(request(1, "old", 1))
	h.insertRequest(request(1, "new", 2))
	h.update(func(tx store.Tx) error { return tx.ForgetRequests(at(2)) })
	h.wantNoRequest(1, "old")
	h.wantRequest(request(1, "new", 2))
}
