package sqlite_test

import (
	"testing"

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
