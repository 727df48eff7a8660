package sqlite_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// BenchmarkOpen opens and closes a store that exists: what every start of the
// provider pays.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	if err := open(b, dir).Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := open(b, dir).Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInsertScan stores one scan per transaction, on the disk when it returns.
func BenchmarkInsertScan(b *testing.B) {
	s := open(b, b.TempDir())
	for b.Loop() {
		scan := newScan()
		if err := s.Update(b.Context(), func(tx store.Tx) error { return tx.InsertScan(&scan) }); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkScans lists 1000 scans with their steps.
func BenchmarkScans(b *testing.B) {
	s := open(b, b.TempDir())
	err := s.Update(b.Context(), func(tx store.Tx) error {
		for range 1000 {
			scan := newScan()
			if err := tx.InsertScan(&scan); err != nil {
				return err
			}
		}
		return nil
	})
	list := func(tx store.Tx) error {
		_, err := tx.Scans(store.ScanFilter{})
		return err
	}
	for b.Loop() {
		if err != nil {
			b.Fatal(err)
		}
		err = s.View(b.Context(), list)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkQueue asks what the queue asks, of 10,000 pending scans.
func BenchmarkQueue(b *testing.B) {
	const pending = 10_000
	s := open(b, b.TempDir())
	last := engine.Scan{}
	fill := func(tx store.Tx) error {
		for i := range pending {
			last = newScan()
			last.OwnerID, last.Work = engine.UserID(i%7), 1000
			if err := tx.InsertScan(&last); err != nil {
				return err
			}
		}
		return nil
	}
	if err := s.Update(b.Context(), fill); err != nil {
		b.Fatal(err)
	}
	ahead := store.ScanFilter{States: []engine.State{engine.StatePending}, InQueue: true, AheadOf: &last}
	for name, ask := range map[string]func(store.Tx) error{
		"position": func(tx store.Tx) error { _, err := tx.CountScans(ahead); return err },
		"work":     func(tx store.Tx) error { _, err := tx.Work(ahead); return err },
		"waiting":  func(tx store.Tx) error { _, err := tx.Waiting(0); return err },
		"heads":    func(tx store.Tx) error { _, err := tx.Heads(""); return err },
		"running":  func(tx store.Tx) error { _, err := tx.Running(); return err },
		"pace":     func(tx store.Tx) error { _, _, err := tx.Pace(10); return err },
		"list":     func(tx store.Tx) error { _, err := tx.Scans(store.ScanFilter{}); return err },
		"page":     func(tx store.Tx) error { _, err := tx.Scans(store.ScanFilter{OwnerID: 3, Limit: 100}); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := s.View(b.Context(), ask); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}
