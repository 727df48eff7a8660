package storetest

import (
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testQueue(t *testing.T, open Open) {
	t.Run("a new scan stands behind all others", func(t *testing.T) { queuesBehind(newHarness(t, open, t.TempDir())) })
	t.Run("queue order and newest first", func(t *testing.T) { orders(newHarness(t, open, t.TempDir())) })
}

func queuesBehind(h harness) {
	first := h.insert(pending(h, 1, "first"))
	first.Position = 1000
	h.save(first)
	sample := pending(h, 2, "second")
	sample.Position = 3 // is not the caller's to choose
	if second := h.insert(sample); second.Position <= 1000 {
		h.Errorf("position %d of the new scan is not behind 1000", second.Position)
	}
	deleted := h.insert(full(h))
	if last := h.insert(pending(h, 1, "last")); last.Position <= 1001 || last.ID <= deleted.ID {
		h.Errorf("scan %d at %d is not last", last.ID, last.Position)
	}
}

func orders(h harness) {
	a, b, c := h.insert(pending(h, 1, "a")), h.insert(pending(h, 1, "b")), h.insert(pending(h, 1, "c"))
	a.Position, c.Position = c.Position, a.Position
	h.update(func(tx store.Tx) error {
		if err := tx.SaveScan(&a); err != nil {
			return err
		}
		return tx.SaveScan(&c)
	})
	h.wantLabels(store.ScanFilter{InQueue: true}, "c", "b", "a")
	h.wantLabels(store.ScanFilter{}, "c", "b", "a")
	b.Position = -1
	h.save(b)
	h.wantLabels(store.ScanFilter{InQueue: true}, "b", "c", "a")
	h.wantLabels(store.ScanFilter{InQueue: true, Limit: 1}, "b")
	h.wantLabels(store.ScanFilter{}, "c", "b", "a")
	h.wantLabels(store.ScanFilter{Limit: 2}, "c", "b")
}

// wantLabels fails unless filter gives the scans with these labels in this
// order, each as it reads alone, and counts as many.
func (h harness) wantLabels(filter store.ScanFilter, want ...string) {
	h.Helper()
	scans := h.scans(filter)
	got := make([]string, len(scans))
	for i, scan := range scans {
		got[i] = scan.Label
		h.wantScan(scan)
	}
	if !slices.Equal(got, want) {
		h.Errorf("%+v gives %q, want %q", filter, got, want)
	}
	if n := h.count(filter); n != int64(len(want)) {
		h.Errorf("%+v counts %d, want %d", filter, n, len(want))
	}
}

func (h harness) count(filter store.ScanFilter) (n int64) {
	h.Helper()
	h.view(func(tx store.Tx) (err error) {
		n, err = tx.CountScans(filter)
		return err
	})
	return n
}

func testFilters(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	ids := fillShelf(h)
	for name, test := range map[string]struct {
		filter store.ScanFilter
		want   []string
	}{
		"none":           {store.ScanFilter{}, []string{"leased", "running", "done", "hers", "waiting"}},
		"owner":          {store.ScanFilter{OwnerID: 2}, []string{"hers"}},
		"unknown owner":  {store.ScanFilter{OwnerID: 3}, nil},
		"one state":      {store.ScanFilter{States: []engine.State{engine.StateDone}}, []string{"done"}},
		"several states": {store.ScanFilter{States: []engine.State{engine.StateScheduled, engine.StateScanning}}, []string{"leased", "running"}},
		"unused state":   {store.ScanFilter{States: []engine.State{engine.StateFailed}}, nil},
		"leased":         {store.ScanFilter{Leased: true}, []string{"leased"}},
		"deleted":        {store.ScanFilter{Deleted: true}, []string{"deleted"}},
		"erasing":        {store.ScanFilter{Erasing: true}, []string{"erasing"}},
		"deleted before": {store.ScanFilter{Deleted: true, DeletedBefore: at(9)}, nil},
		"deleted since":  {store.ScanFilter{Deleted: true, DeletedBefore: at(10)}, []string{"deleted"}},
		"ended before":   {store.ScanFilter{EndedBefore: at(100)}, []string{"done"}},
		"ended later":    {store.ScanFilter{EndedBefore: at(0)}, nil},
		"targets":        {store.ScanFilter{TargetsDigest: engine.TargetsDigest([]engine.Target{"X.example", "192.0.2.1/32", "x.example."})}, []string{"hers"}},
		"other targets":  {store.ScanFilter{TargetsDigest: engine.TargetsDigest(nil)}, nil},
		"ports":          {store.ScanFilter{Ports: "443"}, []string{"running"}},
		"before":         {store.ScanFilter{BeforeID: ids["done"]}, []string{"hers", "waiting"}},
		"limit":          {store.ScanFilter{Limit: 2}, []string{"leased", "running"}},
		"offset":         {store.ScanFilter{Offset: 3}, []string{"hers", "waiting"}},
		"a page":         {store.ScanFilter{Offset: 1, Limit: 2}, []string{"running", "done"}},
		"past the end":   {store.ScanFilter{Offset: 9, Limit: 2}, nil},
		"wide limit":     {store.ScanFilter{Limit: 99, OwnerID: 2}, []string{"hers"}},
		"all at once": {store.ScanFilter{
			OwnerID: 1, States: []engine.State{engine.StatePending, engine.StateScheduled}, Leased: true,
			BeforeID: ids["deleted"], InQueue: true, Limit: 5,
		}, []string{"leased"}},
	} {
		t.Run(name, func(t *testing.T) {
			harness{TB: t, store: h.store}.wantLabels(test.filter, test.want...)
		})
	}
}

// testSources finds scans by where they come from, and by what they were asked for.
func testSources(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	for label, source := range map[string]engine.Source{
		"main": {Repository: "acme/shop", Branch: "main", Commit: "c1"}, "side": {Repository: "acme/shop", Branch: "side", Commit: "c2"},
		"other": {Repository: "acme/blog", Branch: "main", Commit: "c3"}, "none": {},
	} {
		scan := pending(h, 1, label)
		scan.Source, scan.ConfigDigest = source, "digest of "+label
		h.insert(scan)
	}
	for label, filter := range map[string]store.ScanFilter{
		"main": {Repository: "acme/shop", Branch: "main"}, "side": {Commit: "c2"}, "other": {Repository: "acme/blog"}, "none": {ConfigDigest: "digest of none"},
	} {
		h.wantLabels(filter, label)
		h.wantLabels(store.ScanFilter{Label: label}, label)
	}
	h.wantLabels(store.ScanFilter{Branch: "gone"})
}

// testComplete: [store.ScanFilter] and [engine.Scan.Complete] say the same.
func testComplete(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	ends := []engine.State{engine.StateScheduled, engine.StateScanning, engine.StateDone}
	for _, scan := range []engine.Scan{
		advanced(h, pending(h, 1, "whole"), ends...), advanced(h, pending(h, 1, "partly failed"), ends...),
		advanced(h, pending(h, 1, "met nobody"), ends...), advanced(h, pending(h, 1, "cancelled"), engine.StateCancelled),
		advanced(h, pending(h, 1, "running"), ends[:2]...), advanced(h, pending(h, 2, "hers"), ends...),
	} {
		scan.Summary = engine.Summary{HostsUp: 3}
		switch scan.Label {
		case "partly failed":
			scan.Summary.TasksFailed = 1
		case "met nobody":
			scan.Summary.HostsUp = 0
		}
		stored := h.insert(scan)
		if want := scan.Label == "whole" || scan.Label == "hers"; stored.Complete() != want {
			t.Errorf("%s is complete: %v", scan.Label, !want)
		}
	}
	h.wantLabels(store.ScanFilter{Complete: true}, "hers", "whole")
	h.wantLabels(store.ScanFilter{Complete: true, OwnerID: 1, Limit: 1}, "whole")
}

// fillShelf stores one scan for each thing a filter can ask for.
func fillShelf(h harness) map[string]engine.ScanID {
	deleted := at(9)
	scans := []engine.Scan{
		pending(h, 1, "waiting"),
		pending(h, 2, "hers"),
		advanced(h, pending(h, 1, "done"), engine.StateScheduled, engine.StateScanning, engine.StateDone),
		advanced(h, pending(h, 1, "running"), engine.StateScheduled, engine.StateScanning),
		advanced(h, pending(h, 1, "leased"), engine.StateScheduled),
		advanced(h, pending(h, 1, "deleted"), engine.StateCancelled),
		advanced(h, pending(h, 1, "erasing"), engine.StateCancelled),
	}
	scans[3].Ports = "443"
	scans[1].Targets = []engine.Target{"192.0.2.1", "x.example"}
	scans[6].DeletedAt, scans[6].ErasingAt = &deleted, &deleted
	scans[4].Lease = engine.Lease{Owner: "somebody", Until: at(1)}
	scans[5].Lease, scans[5].DeletedAt = scans[4].Lease, &deleted
	ids := map[string]engine.ScanID{}
	for _, scan := range scans {
		ids[scan.Label] = h.insert(scan).ID
	}
	return ids
}
