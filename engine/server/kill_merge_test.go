package server_test

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	indexsqlite "github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
	storesqlite "github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

// A merge that is killed: three scans find the same, the fourth finds nothing there.
const (
	mergedFindings = 2000
	mergedScans    = 3
	mergeKills     = 5
	longestMerge   = 300 * time.Millisecond // that a server may go on with one
)

// TestKilledWhileMerging kills portolan serve again and again while it makes issues of
// what scans have found, and goes on in this process. In the end every finding of every
// scan counts once.
func TestKilledWhileMerging(t *testing.T) {
	h := &siege{portolan: buildPortolan(t), dir: t.TempDir()}
	user := fillWithScans(t, h.dir)
	for range mergeKills {
		server, ready := h.serve(t, 0)
		if <-ready != nil {
			timer := time.AfterFunc(rand.N(longestMerge), func() { _ = server.Process.Kill() })
			_ = server.Wait()
			timer.Stop()
		}
	}
	c, done := controlOf(t, h.dir)
	defer done()
	before, err := c.Issues(t.Context(), user, control.IssueQuery{Size: 1})
	if err == nil {
		err = c.Merge(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("killed servers left %+v", before.Counts)
	checkMerged(t, c, user)
}

func checkMerged(t *testing.T, c *control.Control, user engine.User) {
	t.Helper()
	page, err := c.Issues(t.Context(), user, control.IssueQuery{})
	if err != nil || len(page.Issues) != mergedFindings || page.Counts.Fixed.Total != mergedFindings {
		t.Fatalf("there are %d issues: %+v, %v", len(page.Issues), page.Counts, err)
	}
	for _, issue := range page.Issues {
		if issue.TimesSeen != mergedScans || issue.FirstScan != 1 || issue.LastScan != mergedScans {
			t.Fatalf("an issue was seen otherwise than in %d scans: %+v", mergedScans, issue)
		}
		history, err := c.IssueHistory(t.Context(), user, issue.ID, 0, 0)
		if err != nil || len(history) != 2 || history[1].Event != engine.IssueMissed {
			t.Fatalf("the history of an issue is %+v, %v", history, err)
		}
	}
	if trend, err := c.IssueTrend(t.Context(), user, 1); err != nil || trend[0].Total != 0 {
		t.Errorf("open today are %+v, %v", trend, err)
	}
}

// controlOf gives control of a data folder, on which nothing runs.
func controlOf(t *testing.T, dir string) (c *control.Control, done func()) {
	t.Helper()
	s, err := storesqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	shelf, err := indexsqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return control.New(control.Config{Store: s, Shelf: shelf, Process: control.ThisProcess()}), func() {
		if err := errors.Join(shelf.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	}
}

// fillWithScans puts scans into a data folder that have ended and are not merged.
func fillWithScans(t *testing.T, dir string) engine.User {
	t.Helper()
	c, done := controlOf(t, dir)
	defer done()
	user, _, err := c.EnsureFirstUser(t.Context(), "admin@localhost", enginetest.Key)
	if err != nil {
		t.Fatal(err)
	}
	for n := range mergedScans + 1 {
		scan, err := c.CreateScan(t.Context(), user, engine.ScanRequest{Targets: []engine.Target{"10.0.0.0/16"}, Ports: "80"})
		if err == nil {
			err = recordScan(t, c.Store, c.Shelf, scan.ID, n < mergedScans)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return user
}

// recordScan puts on record that a scan has found something at every host, or nothing.
func recordScan(t *testing.T, s store.Store, shelf index.Shelf, id engine.ScanID, flawed bool) error {
	t.Helper()
	ix, err := shelf.Create(t.Context(), id)
	if err != nil {
		return err
	}
	report := engine.Report{ScanID: id}
	for i := range mergedFindings {
		addr := netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
		report.Up = append(report.Up, addr)
		if ip := addr.String(); flawed {
			report.Findings = append(report.Findings, engine.Finding{
				Fingerprint: engine.Fingerprint("http.no-csp", engine.Target(ip), 80, "http", "/"), Rule: "http.no-csp", Title: strings.Repeat("x", 40),
				Severity: engine.High, Target: engine.Target(ip), Host: ip, IP: ip, Port: 80, Transport: engine.TCP,
			})
		}
	}
	if err := ix.Append(t.Context(), report); err != nil {
		return err
	}
	return s.Update(t.Context(), func(tx store.Tx) error {
		scan, err := tx.Scan(id)
		for _, next := range []engine.State{engine.StateScheduled, engine.StateScanning, engine.StateDone} {
			if err == nil {
				err = scan.Advance(next, "", time.Now())
			}
		}
		scan.Summary.HostsUp = mergedFindings
		return errors.Join(err, tx.SaveScan(&scan))
	})
}
