package storetest

import (
	"reflect"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// harness is a store under test, with calls that fail the test instead of
// giving an error. They may be used from any goroutine.
type harness struct {
	testing.TB

	store store.Store
}

func newHarness(t testing.TB, open Open, dir string) harness {
	t.Helper()
	s := open(t, dir)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return harness{TB: t, store: s}
}

func (h harness) update(fn func(store.Tx) error) {
	h.Helper()
	if err := h.store.Update(h.Context(), fn); err != nil {
		h.Errorf("update: %v", err)
	}
}

func (h harness) view(fn func(store.Tx) error) {
	h.Helper()
	if err := h.store.View(h.Context(), fn); err != nil {
		h.Errorf("view: %v", err)
	}
}

func (h harness) insert(scan engine.Scan) engine.Scan {
	h.Helper()
	h.update(func(tx store.Tx) error { return tx.InsertScan(&scan) })
	return scan
}

func (h harness) save(scan engine.Scan) engine.Scan {
	h.Helper()
	h.update(func(tx store.Tx) error { return tx.SaveScan(&scan) })
	return scan
}

func (h harness) scan(id engine.ScanID) (scan engine.Scan) {
	h.Helper()
	h.view(func(tx store.Tx) (err error) {
		scan, err = tx.Scan(id)
		return err
	})
	return scan
}

func (h harness) scans(filter store.ScanFilter) (scans []engine.Scan) {
	h.Helper()
	h.view(func(tx store.Tx) (err error) {
		scans, err = tx.Scans(filter)
		return err
	})
	return scans
}

func (h harness) wantScan(want engine.Scan) {
	h.Helper()
	got := h.scan(want.ID)
	if want, got := plain(want), plain(got); !reflect.DeepEqual(got, want) {
		h.Errorf("scan %d reads back as\n%+v, want\n%+v", want.ID, got, want)
	}
}

// plain is scan as the contract compares it: an empty list is a nil one.
func plain(scan engine.Scan) engine.Scan {
	if len(scan.Targets) == 0 {
		scan.Targets = nil
	}
	if len(scan.Exclude) == 0 {
		scan.Exclude = nil
	}
	if len(scan.Steps) == 0 {
		scan.Steps = nil
	}
	return scan
}

// wantKind fails unless err is of the kind.
func (h harness) wantKind(doing string, err error, kind engine.Kind) {
	h.Helper()
	if engine.KindOf(err) != kind {
		h.Errorf("%s: error %v is of kind %q, want %q", doing, err, engine.KindOf(err), kind)
	}
}
