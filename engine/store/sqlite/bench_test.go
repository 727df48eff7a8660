package sqlite_test

import (
	"fmt"
	"testing"
	"time"

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

// BenchmarkIssues asks what lists and merges ask, of 100,000 issues.
func BenchmarkIssues(b *testing.B) {
	const many = 100_000
	s := open(b, b.TempDir())
	ann := engine.User{Email: "ann@example.com"}
	fill := func(tx store.Tx) error {
		if err := tx.InsertUser(&ann); err != nil {
			return err
		}
		issues := make([]*engine.Issue, many)
		for i := range issues {
			ip := fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&0xff, i&0xff)
			issues[i] = &engine.Issue{
				Fingerprint: fmt.Sprintf("%016x", i), State: engine.IssueStates()[i%5], Gone: i%5 == 4, Severity: engine.Severities()[i%4], Rule: "http.x",
				Title: "Something at " + ip, Target: engine.Target(ip), Host: ip, IP: ip, Port: 80, OwnerID: ann.ID, Party: ann.Party(),
				FirstSeen: time.Unix(int64(i), 0), LastSeen: time.Unix(int64(i), 0), ChangedAt: time.Unix(int64(i)*864, 0), TimesSeen: 1,
			}
		}
		return tx.SaveIssues(issues)
	}
	if err := s.Update(b.Context(), fill); err != nil {
		b.Fatal(err)
	}
	open := []engine.IssueState{engine.IssuePresent, engine.IssueRevived}
	list := func(filter store.IssueFilter) func(store.Tx) error {
		filter.Party = ann.Party()
		return func(tx store.Tx) error { _, err := tx.Issues(filter); return err }
	}
	count := func(filter store.IssueFilter) func(store.Tx) error {
		filter.Party = ann.Party()
		return func(tx store.Tx) error { _, err := tx.CountIssues(filter); return err }
	}
	for name, ask := range map[string]func(store.Tx) error{
		"page":      list(store.IssueFilter{States: open, Size: 100}),
		"last page": list(store.IssueFilter{Start: many - 100, Size: 100}),
		"text":      list(store.IssueFilter{Text: "no such thing", Size: 100}),
		"prints":    list(store.IssueFilter{Fingerprints: []string{"1", "2", fmt.Sprintf("%016x", 7)}, ByID: true}),
		"count":     count(store.IssueFilter{}),
		"open":      count(store.IssueFilter{States: open}),
		"missed":    list(store.IssueFilter{There: time.Unix(many, 0), AfterID: 5000, Size: 500}),
		"one host":  list(store.IssueFilter{There: time.Unix(many, 0), Targets: []engine.Target{"10.0.0.9"}, ByID: true, Size: 500}),
		"trend":     func(tx store.Tx) error { _, _, err := tx.IssueTurns(ann.Party(), time.Unix(many*800, 0)); return err },
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
