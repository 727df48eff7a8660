package control_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// coins makes the first user's plan one of n coins.
func coins(n int64) option {
	return func(c *control.Config) {
		plan := engine.SelfHosted()
		plan.ScanCoins = n
		c.Plans = engine.Plans{plan}
	}
}

func (h *house) sums(t *testing.T) engine.CoinSums {
	t.Helper()
	account, err := h.Account(t.Context(), h.user)
	if err != nil {
		t.Fatal(err)
	}
	return account.Coins
}

func (h *house) wantSums(t *testing.T, when string, reserved, taken int64) {
	t.Helper()
	if got := h.sums(t); got != (engine.CoinSums{Reserved: reserved, Taken: taken}) {
		t.Errorf("%s: %+v, want %d reserved and %d taken", when, got, reserved, taken)
	}
}

// advance takes a scan through states as the queue does.
func (h *house) advance(t *testing.T, id engine.ScanID, states ...engine.State) {
	t.Helper()
	err := h.Store.Update(t.Context(), func(tx store.Tx) error {
		scan, err := tx.Scan(id)
		if err != nil {
			return err
		}
		for _, state := range states {
			if err := scan.Advance(state, "", scan.CreatedAt); err != nil {
				return err
			}
		}
		return tx.SaveScan(&scan)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCoinsFollowTheScan(t *testing.T) {
	h := open(t, t.TempDir(), coins(100))
	done := h.create(t, "192.0.2.0/28", "example.com")
	h.wantSums(t, "created", 17, 0)
	h.advance(t, done.ID, engine.StateScheduled, engine.StateScanning)
	h.wantSums(t, "started", 17, 0)
	h.advance(t, done.ID, engine.StateDone)
	h.wantSums(t, "done", 0, 17)
	if seen, err := h.Scan(t.Context(), h.user, done.ID); err != nil || seen.CoinsSpent != 17 {
		t.Errorf("the scan tells of %d coins, %v", seen.CoinsSpent, err)
	}

	failed := h.create(t, "192.0.2.1")
	h.advance(t, failed.ID, engine.StateScheduled, engine.StateScanning, engine.StateFailed)
	h.wantSums(t, "failed", 0, 17)

	early := h.create(t, "192.0.2.1", "192.0.2.2")
	h.wantSums(t, "created", 2, 17)
	if _, err := h.CancelScan(t.Context(), h.user, early.ID); err != nil {
		t.Fatal(err)
	}
	h.wantSums(t, "cancelled before it started", 0, 17)

	late := h.create(t, "192.0.2.1", "192.0.2.2")
	h.advance(t, late.ID, engine.StateScheduled, engine.StateScanning, engine.StatePending) // taken over
	if _, err := h.CancelScan(t.Context(), h.user, late.ID); err != nil {
		t.Fatal(err)
	}
	h.wantSums(t, "cancelled after it started", 0, 19)

	deleted := h.create(t, "192.0.2.1")
	for _, id := range []engine.ScanID{deleted.ID, done.ID} {
		if err := h.DeleteScan(t.Context(), h.user, id); err != nil {
			t.Fatal(err)
		}
	}
	h.wantSums(t, "deleted", 0, 19)
}

func TestNotEnoughCoinsCreatesNothing(t *testing.T) {
	h := open(t, t.TempDir(), coins(4))
	first := h.create(t, "192.0.2.0/31", "example.com")
	_, err := h.CreateScan(t.Context(), h.user, engine.ScanRequest{Targets: []engine.Target{"192.0.2.0/31"}})
	wantKind(t, "two of the one coin left", err, engine.Limit)
	h.wantSums(t, "refused", 3, 0)
	if scans, err := h.Scans(t.Context(), h.user, control.ScanQuery{}); err != nil || len(scans) != 1 {
		t.Errorf("%d scans, %v", len(scans), err)
	}
	h.create(t, "192.0.2.1")
	if err := h.DeleteScan(t.Context(), h.user, first.ID); err != nil {
		t.Fatal(err)
	}
	h.create(t, "192.0.2.0/31", "example.com")
}

// TestCoinsAreExactOnTwoServers: two servers on one store, and each coin is spent once.
func TestCoinsAreExactOnTwoServers(t *testing.T) {
	dir := t.TempDir()
	servers := []*house{open(t, dir, coins(50)), open(t, dir, coins(50))}
	var created atomic.Int64
	var group sync.WaitGroup
	for i := range 6 {
		group.Go(func() {
			for range 8 {
				h := servers[i%len(servers)]
				_, err := h.CreateScan(t.Context(), h.user, engine.ScanRequest{Targets: []engine.Target{"192.0.2.0/31", "192.0.2.7"}})
				if err == nil {
					created.Add(1)
				} else if engine.KindOf(err) != engine.Limit {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if created.Load() != 16 { // of 48 coins; two are left
		t.Errorf("%d scans were created, want 16", created.Load())
	}
	servers[0].wantSums(t, "all are reserved", 48, 0)
}

// model is what a user's coins should be, kept the obvious way.
type model struct {
	price   map[engine.ScanID]int64 // of the scans that have not ended
	started map[engine.ScanID]bool
	taken   int64
	refused int
}

func (m *model) reserved() (sum int64) {
	for _, price := range m.price {
		sum += price
	}
	return sum
}

// end is what the end of a scan should do.
func (m *model) end(id engine.ScanID, refund bool) {
	if !refund {
		m.taken += m.price[id]
	}
	delete(m.price, id)
}

// TestCoinsNeverLeak does things in random order: reserved, taken and left are always
// the amount, and always what the model says.
func TestCoinsNeverLeak(t *testing.T) {
	const amount, steps = 300, 600
	h := open(t, t.TempDir(), coins(amount))
	random := rand.New(rand.NewPCG(1, 2))
	m := &model{price: map[engine.ScanID]int64{}, started: map[engine.ScanID]bool{}}
	for i := range steps {
		if ids := slices.Sorted(maps.Keys(m.price)); len(ids) == 0 || random.IntN(5) < 2 {
			h.createRandom(t, m, 1+random.Int64N(9), amount)
		} else {
			h.moveRandom(t, m, ids[random.IntN(len(ids))], random.IntN(8))
		}
		if got := h.sums(t); got.Reserved != m.reserved() || got.Taken != m.taken || got.Reserved+got.Taken > amount {
			t.Fatalf("after step %d: %+v, want %d reserved and %d taken", i, got, m.reserved(), m.taken)
		}
	}
	if m.refused == 0 || m.taken == 0 || len(m.started) < 20 {
		t.Errorf("%d refused, %d taken, %d started: the test tests little", m.refused, m.taken, len(m.started))
	}
}

func (h *house) createRandom(t *testing.T, m *model, price, amount int64) {
	t.Helper()
	targets := slices.Repeat([]engine.Target{"example.com"}, int(price))
	scan, err := h.CreateScan(t.Context(), h.user, engine.ScanRequest{Targets: targets})
	if room := price <= amount-m.reserved()-m.taken; room != (err == nil) {
		t.Fatalf("a scan of %d coins with %d reserved and %d taken: %v", price, m.reserved(), m.taken, err)
	}
	if err != nil {
		m.refused++
		return
	}
	m.price[scan.ID] = price
}

// moveRandom does one of the things that can happen to a scan that has not ended.
func (h *house) moveRandom(t *testing.T, m *model, id engine.ScanID, what int) {
	t.Helper()
	var err error
	switch {
	case what == 0:
		_, err = h.CancelScan(t.Context(), h.user, id)
		m.end(id, !m.started[id])
	case what == 1:
		err = h.DeleteScan(t.Context(), h.user, id)
		m.end(id, !m.started[id])
	case what == 2:
		_, err = h.RenameScan(t.Context(), h.user, id, "renamed")
	case !m.started[id]:
		h.advance(t, id, engine.StateScheduled, engine.StateScanning, engine.StatePending) // and taken over
		m.started[id] = true
	case what == 3:
		h.advance(t, id, engine.StateFailed)
		m.end(id, true)
	case what < 6:
		h.advance(t, id, engine.StateScheduled, engine.StateScanning, engine.StateDone)
		m.end(id, false)
	}
	if err != nil {
		t.Fatal(err)
	}
}
