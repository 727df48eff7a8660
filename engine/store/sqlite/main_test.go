package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
	"github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

// The test binary is also the other processes: told so by its environment, it
// opens the store in childDir, stores childScans scans and prints the id of each
// once it is committed.
const (
	childDir   = "PORTOLAN_TEST_STORE_DIR"
	childScans = "PORTOLAN_TEST_STORE_SCANS"
)

// forever is more scans than any test waits for.
const forever = 1_000_000

func TestMain(m *testing.M) {
	dir := os.Getenv(childDir)
	if dir == "" {
		m.Run() // returning exits with its result
		return
	}
	if err := runChild(context.Background(), dir, os.Getenv(childScans)); err != nil {
		panic(err) // onto standard error, and the exit code is not 0
	}
}

func runChild(ctx context.Context, dir, scans string) error {
	n, err := strconv.Atoi(scans)
	if err != nil {
		return err
	}
	fmt.Println(0) // alive, and about to open
	s, err := sqlite.Open(ctx, dir)
	if err != nil {
		return err
	}
	for range n {
		scan := newScan()
		if err := s.Update(ctx, func(tx store.Tx) error { return tx.InsertScan(&scan) }); err != nil {
			return err
		}
		fmt.Println(scan.ID)
	}
	return s.Close()
}

func newScan() engine.Scan {
	at := time.Date(2026, 2, 3, 4, 5, 6, 7000, time.UTC)
	return engine.Scan{
		Label: "weekly", Targets: []engine.Target{"192.0.2.0/24"}, CreatedAt: at,
		Steps: []engine.Step{{State: engine.StatePending, At: at}},
	}
}

func insert(t *testing.T, s store.Store, scan *engine.Scan) {
	t.Helper()
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.InsertScan(scan) }); err != nil {
		t.Errorf("insert: %v", err)
	}
}

// child gives a process that stores scans in dir; it is not started yet.
func child(t *testing.T, dir string, scans int) *exec.Cmd {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), childDir+"="+dir, fmt.Sprintf("%s=%d", childScans, scans))
	return cmd
}

// acknowledged reads up to limit ids that a child has printed.
func acknowledged(t *testing.T, lines *bufio.Reader, limit int) (ids []engine.ScanID) {
	t.Helper()
	for len(ids) < limit {
		line, err := lines.ReadString('\n')
		if err != nil {
			return ids // the child has ended; half a line is no acknowledgement
		}
		id, err := strconv.Atoi(line[:len(line)-1])
		if err != nil {
			t.Fatalf("child says %q", line)
		}
		ids = append(ids, engine.ScanID(id))
	}
	return ids
}
