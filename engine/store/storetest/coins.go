package storetest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testCoins(t *testing.T, open Open) {
	t.Run("lines add up", func(t *testing.T) { addsCoins(newHarness(t, open, t.TempDir())) })
	t.Run("nobody has no coins", func(t *testing.T) { refusesCoinsOfNobody(newHarness(t, open, t.TempDir())) })
}

func addsCoins(h harness) {
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	february, march := engine.CoinMonth(at(0)), engine.NextCoins(at(0))
	lines := []engine.CoinEntry{
		{UserID: ann.ID, ScanID: 1, Month: february, At: at(1), Reserved: 5},
		{UserID: ann.ID, ScanID: 2, Month: february, At: at(2), Reserved: 7},
		{UserID: bob.ID, ScanID: 3, Month: february, At: at(3), Reserved: 11},
		{UserID: ann.ID, ScanID: 4, Month: march, At: at(4), Reserved: 13},
		{UserID: ann.ID, ScanID: 1, Month: february, At: at(5), Reserved: -5, Taken: 5},
	}
	h.update(func(tx store.Tx) error {
		var errs []error
		for _, line := range lines {
			errs = append(errs, tx.InsertCoins(line))
		}
		return errors.Join(errs...)
	})
	h.wantSums(ann.ID, february, engine.CoinSums{Reserved: 7, Taken: 5})
	h.wantSums(ann.ID, march, engine.CoinSums{Reserved: 13})
	h.wantSums(bob.ID, february, engine.CoinSums{Reserved: 11})
	h.wantSums(bob.ID, march, engine.CoinSums{})
	h.wantLines(1, lines[0], lines[4])
	h.wantLines(9)
}

func (h harness) wantSums(user engine.UserID, month time.Time, want engine.CoinSums) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		if got, err := tx.CoinSums(user, month); err != nil || got != want {
			h.Errorf("user %d has %+v in %s (%v), want %+v", user, got, month, err, want)
		}
		return nil
	})
}

func (h harness) wantLines(scan engine.ScanID, want ...engine.CoinEntry) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		if got, err := tx.ScanCoins(scan); err != nil || !reflect.DeepEqual(got, want) {
			h.Errorf("scan %d has the lines %+v (%v), want %+v", scan, got, err, want)
		}
		return nil
	})
}

func refusesCoinsOfNobody(h harness) {
	insert := func(tx store.Tx) error {
		return tx.InsertCoins(engine.CoinEntry{UserID: 7, ScanID: 1, Month: at(0), At: at(0)})
	}
	h.wantKind("insert", h.store.Update(h.Context(), insert), engine.NotFound)
	h.wantLines(1)
}

func testCounters(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	h.update(func(tx store.Tx) error {
		for i, want := range []int64{3, 3, 10} {
			if got, err := tx.AddRequests(ann.ID, at(i), []int64{3, 0, 7}[i]); err != nil || got != want {
				h.Errorf("after addition %d there are %d requests (%v), want %d", i, got, err, want)
			}
		}
		_, err := tx.AddRequests(bob.ID, at(0), 1)
		return err
	})
	h.wantCount(ann.ID, at(59), 10)
	h.wantCount(bob.ID, at(0), 1)
	h.wantCount(ann.ID, at(0).AddDate(0, 0, 1), 0)
	h.wantCount(ann.ID, at(0).In(time.FixedZone("far", -9*60*60)), 10) // the day is that of UTC
	nobody := func(tx store.Tx) error { _, err := tx.AddRequests(99, at(0), 1); return err }
	h.wantKind("count for nobody", h.store.Update(h.Context(), nobody), engine.NotFound)
}

func (h harness) wantCount(user engine.UserID, day time.Time, want int64) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		if got, err := tx.RequestsOn(user, day); err != nil || got != want {
			h.Errorf("user %d made %d requests (%v), want %d", user, got, err, want)
		}
		return nil
	})
}
