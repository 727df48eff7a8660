package storetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testDeliveries(t *testing.T, open Open) {
	t.Run("one for each key", func(t *testing.T) { deliversOnce(newHarness(t, open, t.TempDir())) })
	t.Run("those due longest come first", func(t *testing.T) { givesDueDeliveries(newHarness(t, open, t.TempDir())) })
	t.Run("what has not ended is kept", func(t *testing.T) { keepsDeliveries(newHarness(t, open, t.TempDir())) })
}

// delivery is one with every member set but EndedAt.
func delivery(notification engine.RecordID, key string, due time.Time) engine.Delivery {
	return engine.Delivery{
		ID: fmt.Sprintf("dlv_%d_%s", notification, key), NotificationID: notification, Key: key, Event: engine.NoticeScanDone, State: engine.DeliveryPending,
		Notice: json.RawMessage(`{"event":"scan.done — 週"}`), Tries: []engine.DeliveryTry{{At: at(1), StatusCode: 500, Error: "e", Permanent: true}},
		Due: &due, CreatedAt: at(2),
	}
}

// ended is the delivery as it is when it has been taken.
func ended(d engine.Delivery) engine.Delivery {
	d.State, d.Due, d.EndedAt = engine.DeliveryDelivered, nil, new(at(9))
	return d
}

func (h harness) insertDelivery(d engine.Delivery) {
	h.Helper()
	h.update(func(tx store.Tx) error { return tx.InsertDelivery(d) })
}

func (h harness) wantDeliveries(what string, got []engine.Delivery, err error, want ...engine.Delivery) {
	h.Helper()
	if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
		h.Errorf("%s: deliveries are %+v (%v), want %+v", what, got, err, want)
	}
}

func deliversOnce(h harness) {
	ann := h.insertUser(user("ann"))
	mine, other := h.insertRecord(record(ann.ID, engine.NotificationKind, "mine")), h.insertRecord(record(ann.ID, engine.NotificationKind, "other"))
	first, second, hers := delivery(mine.ID, "a", at(1)), delivery(mine.ID, "b", at(1)), delivery(other.ID, "a", at(1))
	for _, d := range []engine.Delivery{first, second, hers} {
		h.insertDelivery(d)
	}
	again := delivery(mine.ID, "a", at(5))
	again.ID = "another"
	h.insertDelivery(again)
	h.update(func(tx store.Tx) error { return tx.SaveDelivery(ended(second)) })
	h.view(func(tx store.Tx) error {
		got, err := tx.Deliveries(mine.ID, 0, 0)
		h.wantDeliveries("all", got, err, ended(second), first)
		got, err = tx.Deliveries(mine.ID, 1, 1)
		h.wantDeliveries("a part", got, err, first)
		if n, err := tx.CountDeliveries(mine.ID); n != 2 || err != nil {
			h.Errorf("%d are counted (%v)", n, err)
		}
		one, err := tx.Delivery(hers.ID)
		h.wantDeliveries("one", []engine.Delivery{one}, err, hers)
		_, err = tx.Delivery("another")
		h.wantKind("read what was not inserted", err, engine.NotFound)
		return nil
	})
	for doing, fn := range map[string]func(store.Tx) error{
		"save":   func(tx store.Tx) error { return tx.SaveDelivery(again) },
		"insert": func(tx store.Tx) error { return tx.InsertDelivery(delivery(other.ID+1, "a", at(1))) },
	} {
		h.wantKind(doing, h.store.Update(h.Context(), fn), engine.NotFound)
	}
	h.update(func(tx store.Tx) error { return tx.EraseRecord(mine.ID) })
	h.view(func(tx store.Tx) error {
		got, err := tx.Deliveries(mine.ID, 0, 0)
		h.wantDeliveries("of an erased one", got, err)
		return nil
	})
}

func givesDueDeliveries(h harness) {
	ann := h.insertUser(user("ann"))
	mine := h.insertRecord(record(ann.ID, engine.NotificationKind, "mine"))
	late, later, next := delivery(mine.ID, "late", at(3)), delivery(mine.ID, "later", at(2)), delivery(mine.ID, "next", at(8))
	for _, d := range []engine.Delivery{late, later, next} {
		h.insertDelivery(d)
	}
	h.view(func(tx store.Tx) error {
		got, err := tx.DueDeliveries(at(3), 9)
		h.wantDeliveries("due", got, err, later, late)
		got, err = tx.DueDeliveries(at(3), 1)
		h.wantDeliveries("due longest", got, err, later)
		return nil
	})
}

func keepsDeliveries(h harness) {
	ann := h.insertUser(user("ann"))
	mine := h.insertRecord(record(ann.ID, engine.NotificationKind, "mine"))
	h.update(func(tx store.Tx) error {
		for i := range store.MaxDeliveries + 3 {
			d := delivery(mine.ID, fmt.Sprint(i), at(1))
			if i > 0 {
				d = ended(d)
			}
			if err := tx.InsertDelivery(d); err != nil {
				return err
			}
		}
		return nil
	})
	h.view(func(tx store.Tx) error {
		if n, err := tx.CountDeliveries(mine.ID); n != store.MaxDeliveries+1 || err != nil {
			h.Errorf("%d are kept (%v)", n, err)
		}
		_, err := tx.Delivery(delivery(mine.ID, "0", at(1)).ID)
		return err
	})
}
