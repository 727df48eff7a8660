package sqlite_test

import (
	"bufio"
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// TestProcesses races several processes for a folder that does not exist yet.
func TestProcesses(t *testing.T) {
	const processes, scans = 6, 8
	dir := filepath.Join(t.TempDir(), "data")
	wait := make([]func() ([]engine.ScanID, error), processes)
	for i := range processes {
		wait[i] = startChild(t, dir, scans)
	}
	var ids []engine.ScanID
	for _, end := range wait {
		own, err := end()
		if err != nil {
			t.Error(err)
		}
		ids = append(ids, own...)
	}
	slices.Sort(ids)
	if distinct := len(slices.Compact(slices.Clone(ids))); distinct != processes*scans {
		t.Errorf("%d distinct ids of %d scans: %d", distinct, processes*scans, ids)
	}
	wantStored(t, dir, ids)
}

// startChild starts a process that stores scans; end waits for it and gives
// their ids.
func startChild(t *testing.T, dir string, scans int) (end func() ([]engine.ScanID, error)) {
	t.Helper()
	cmd := child(t, dir, scans)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return func() ([]engine.ScanID, error) {
		if err := cmd.Wait(); err != nil {
			return nil, fmt.Errorf("child: %w: %s", err, stderr.String())
		}
		return acknowledged(t, bufio.NewReader(&stdout), 1+scans)[1:], nil
	}
}

// TestKill kills a process without warning: while it opens a new store, and in
// the middle of writing one scan after the other.
func TestKill(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	var ids []engine.ScanID
	for _, lines := range []int{1, 1, 2, 5, 17, 30} {
		ids = append(ids, killAfter(t, dir, lines)...)
		wantStored(t, dir, ids)
	}
	if len(ids) < 30 {
		t.Errorf("only %d scans were stored", len(ids))
	}
}

// killAfter kills a child once it has printed lines, and gives the ids of the
// scans it has acknowledged.
func killAfter(t *testing.T, dir string, lines int) []engine.ScanID {
	t.Helper()
	cmd := child(t, dir, forever)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	output := bufio.NewReader(stdout)
	ids := acknowledged(t, output, lines)
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	ids = append(ids, acknowledged(t, output, forever)...)
	if err := cmd.Wait(); err == nil || len(ids) < lines {
		t.Fatalf("the child ended by itself after %d lines: %v", len(ids), err)
	}
	return ids[1:] // the first line is no id
}

// wantStored fails unless the store in dir is whole and holds these scans.
func wantStored(t *testing.T, dir string, ids []engine.ScanID) {
	t.Helper()
	s := open(t, dir)
	defer closeStore(t, s)
	err := s.View(t.Context(), func(tx store.Tx) error {
		for _, id := range ids {
			scan, err := tx.Scan(id)
			if err != nil || len(scan.Steps) != 1 {
				t.Errorf("scan %d was acknowledged and reads %+v (%v)", id, scan, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if got := query(t, dir, "SELECT group_concat(integrity_check) FROM pragma_integrity_check"); got != "ok" {
		t.Errorf("integrity: %s", got)
	}
	if got := query(t, dir, "SELECT count(*) FROM scans WHERE id NOT IN (SELECT scan_id FROM steps)"); got != "0" {
		t.Errorf("%s scans were stored without their step", got)
	}
}

func closeStore(t *testing.T, s store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}
