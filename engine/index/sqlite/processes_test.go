package sqlite_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// startChild starts a process that appends reports to the index of scan 1 in dir.
func startChild(t *testing.T, dir, name string, reports int) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), program)
	child.Env = append(os.Environ(), childFolder+"="+dir, childName+"="+name, childReports+"="+strconv.Itoa(reports))
	child.Stderr = t.Output()
	said, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	return child, bufio.NewScanner(said)
}

// TestKilled kills a process with -9 while it appends, again and again. What it
// said was committed is there, documents and terms agree, and no report is there
// in part.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	said := 0
	for round := range 5 {
		child, lines := startChild(t, dir, fmt.Sprintf("round%d", round), 1_000_000)
		for range 1 + 3*round {
			if !lines.Scan() {
				t.Fatalf("the child ended by itself: %v", lines.Err())
			}
			said++
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			said++
		}
		_ = child.Wait() // killed: it cannot succeed
		checkWhole(t, dir, said)
	}
}

// checkWhole looks at the index after a process has died. The report that it was
// about to tell of may be there or not.
func checkWhole(t *testing.T, dir string, said int) {
	t.Helper()
	shelf := openShelf(t, dir)
	defer func() { must(t, shelf.Close()) }()
	ix, err := shelf.Open(t.Context(), 1)
	must(t, err)
	p, err := ix.Progress(t.Context())
	must(t, err)
	if p.Documents%batch != 0 || p.Documents < said*batch {
		t.Errorf("%d documents after %d whole reports of %d", p.Documents, said, batch)
	}
	if p.Summary.Low != p.Documents {
		t.Errorf("%d findings for %d documents", p.Summary.Low, p.Documents)
	}
	for _, text := range []string{"host:*", "http.title:page", "http.status_code:[200 TO 204]", "certificate.names:*.example.com"} {
		if n := count(t, ix, text); n != p.Documents {
			t.Errorf("%s finds %d of %d documents", text, n, p.Documents)
		}
	}
	if _, err := sqlite.CheckTerms(t.Context(), ix); err != nil {
		t.Errorf("terms: %v", err)
	}
	checkIntegrity(t, filepath.Join(dir, "index", "1.db"))
}

func checkIntegrity(t *testing.T, path string) {
	t.Helper()
	db := openRaw(t, path)
	var verdict string
	must(t, db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict))
	if verdict != "ok" {
		t.Errorf("integrity check: %s", verdict)
	}
}

// TestProcesses lets several processes make and fill one index at once.
func TestProcesses(t *testing.T) {
	const processes, reports = 4, 5
	dir := t.TempDir()
	children := make([]*exec.Cmd, processes)
	outputs := make([]*bufio.Scanner, processes)
	for i := range children {
		children[i], outputs[i] = startChild(t, dir, fmt.Sprintf("process%d", i), reports)
	}
	for i, child := range children {
		for outputs[i].Scan() {
			continue
		}
		if err := child.Wait(); err != nil {
			t.Errorf("process %d: %v", i, err)
		}
	}
	checkWhole(t, dir, processes*reports)
	shelf := openShelf(t, dir)
	t.Cleanup(func() { must(t, shelf.Close()) })
	ix, err := shelf.Open(t.Context(), 1)
	must(t, err)
	if n := count(t, ix, "*"); n != processes*reports*batch {
		t.Errorf("%d documents, want %d", n, processes*reports*batch)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func count(t testing.TB, ix index.Index, text string) int {
	t.Helper()
	q, err := query.Parse(text)
	must(t, err)
	n, err := ix.Count(t.Context(), q)
	must(t, err)
	return n
}

// openRaw opens a file without this package's rules.
func openRaw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	closeLater(t, db)
	return db
}

func closeLater(t testing.TB, c io.Closer) {
	t.Helper()
	t.Cleanup(func() { must(t, c.Close()) })
}
