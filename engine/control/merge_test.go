package control_test

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// recordEnd puts the end of a scan on record.
func (h *house) recordEnd(t testing.TB, id engine.ScanID) {
	t.Helper()
	err := h.store.Update(t.Context(), func(tx store.Tx) error {
		scan, err := tx.Scan(id)
		for _, next := range []engine.State{engine.StateScheduled, engine.StateScanning, engine.StateDone} {
			if err == nil {
				err = scan.Advance(next, "", time.Now())
			}
		}
		scan.Summary.HostsUp = 1
		return errors.Join(err, tx.SaveScan(&scan))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// merged puts the end of a scan on record and merges it.
func (h *house) merged(t testing.TB, id engine.ScanID) {
	t.Helper()
	h.recordEnd(t, id)
	if err := h.Merge(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// withFindings creates a scan whose index has n findings, each on an address of its own,
// which answered as others up to up did.
func (h *house) withFindings(t testing.TB, n, up int) engine.ScanID {
	t.Helper()
	scan, err := h.CreateScan(t.Context(), h.user, engine.ScanRequest{Targets: []engine.Target{"10.0.0.0/8"}, Ports: "80"})
	if err != nil {
		t.Fatal(err)
	}
	ix, err := h.shelf.Create(t.Context(), scan.ID)
	if err != nil {
		t.Fatal(err)
	}
	report := engine.Report{ScanID: scan.ID}
	for i := range max(n, up) {
		addr := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		report.Up = append(report.Up, addr)
		if i < n {
			report.Findings = append(report.Findings, findingAt(addr, engine.Severities()[i%5]))
		}
		if len(report.Up) == 1000 || i == max(n, up)-1 {
			if err := ix.Append(t.Context(), report); err != nil {
				t.Fatal(err)
			}
			report.Findings, report.Up = nil, nil
		}
	}
	return scan.ID
}

func findingAt(addr netip.Addr, severity engine.Severity) engine.Finding {
	ip := addr.String()
	return engine.Finding{
		Fingerprint: engine.Fingerprint("http.x", engine.Target(ip), 80, "http", "/"), Rule: "http.x", Title: "Something at " + ip,
		Severity: severity, Target: engine.Target(ip), Host: ip, IP: ip, Port: 80, Transport: engine.TCP, Protocol: "http", Path: "/",
	}
}

// wantAll fails unless there are n issues, each seen so often.
func (h *house) wantAll(t *testing.T, n, seen int) {
	t.Helper()
	page := h.issues(t, h.user, control.IssueQuery{})
	if len(page.Issues) != n || page.Counts.Total() != n {
		t.Errorf("there are %d issues, %d counted, want %d", len(page.Issues), page.Counts.Total(), n)
	}
	for _, issue := range page.Issues {
		if issue.TimesSeen != seen {
			t.Errorf("issue %d was seen %d times, want %d", issue.ID, issue.TimesSeen, seen)
			return
		}
	}
}

// breaking is a store that fails every n-th transaction that writes, before or after it
// is on record: what somebody sees who is killed then.
type breaking struct {
	store.Store

	every, count int
}

var errBroken = errors.New("broken on purpose")

func (b *breaking) Update(ctx context.Context, fn func(store.Tx) error) error {
	b.count++
	switch b.count % (2 * b.every) {
	case 0:
		return errBroken
	case b.every:
		return errors.Join(b.Store.Update(ctx, fn), errBroken)
	}
	return b.Store.Update(ctx, fn)
}

// TestMergeGoesOn: however often a merge is broken off, everything counts once.
func TestMergeGoesOn(t *testing.T) {
	const n = 4*control.MergeBatch + 7
	h := archive(t, t.TempDir())
	defer h.close(t)
	whole := h.Store
	for seen := 1; seen <= 2; seen++ {
		h.recordEnd(t, h.withFindings(t, n, 0))
		h.Store = &breaking{Store: whole, every: 2}
		broken := 0
		for h.Merge(t.Context()) != nil {
			broken++
		}
		h.Store = whole
		if broken < 2 {
			t.Errorf("the merge was broken off %d times only", broken)
		}
		h.wantAll(t, n, seen)
	}
}

// TestManyMerge: whoever merges at the same time, in this process or another, everything
// counts once.
func TestManyMerge(t *testing.T) {
	const n = 3 * control.MergeBatch
	dir := t.TempDir()
	h, other := archive(t, dir), archive(t, dir)
	defer h.close(t)
	defer other.close(t)
	h.recordEnd(t, h.withFindings(t, n, 0))
	var all sync.WaitGroup
	for range 2 {
		for _, one := range []*house{h, other} {
			all.Go(func() {
				if err := one.Merge(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	if err := h.Merge(t.Context()); err != nil { // if all gave way to one another
		t.Error(err)
	}
	h.wantAll(t, n, 1)
}

// TestMergeLater: a scan that ended without being merged is, when somebody looks after
// the queue again; one whose index is gone does not stand in the way.
func TestMergeLater(t *testing.T) {
	dir := t.TempDir()
	h := archive(t, dir)
	lost := h.withFindings(t, 1, 0)
	h.recordEnd(t, lost)
	if err := h.shelf.Purge(t.Context(), lost); err != nil {
		t.Fatal(err)
	}
	failed, deleted := h.withFindings(t, 2, 0), h.withFindings(t, 3, 0)
	h.recordEnd(t, failed)
	h.recordEnd(t, deleted)
	h.delete(t, deleted)
	if err := h.Merge(t.Context()); err != nil {
		t.Error(err)
	}
	h.wantAll(t, 2, 1)
	if _, err := h.RestoreScan(t.Context(), h.user, deleted); err != nil {
		t.Fatal(err)
	}
	if err := h.Merge(t.Context()); err != nil {
		t.Error(err)
	}
	if n := h.issues(t, h.user, control.IssueQuery{}).Counts.Total(); n != 3 {
		t.Errorf("after the scan was restored there are %d issues", n)
	}
	h.close(t)
}
