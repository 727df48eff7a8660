package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// TestDamagedBits flips bits in what documents and terms are packed in, one at a time.
// Whatever is asked then is answered as before, or the index is said to be damaged.
func TestDamagedBits(t *testing.T) {
	dir := t.TempDir()
	path := makeLarger(t, dir)
	want := everything(t, dir, nil)
	db := openRaw(t, path)
	for _, table := range []string{"pack", "loose", "block"} {
		var id int64
		var whole []byte
		must(t, db.QueryRowContext(t.Context(), "SELECT rowid, body FROM "+table+" ORDER BY rowid LIMIT 1").Scan(&id, &whole))
		refused := 0
		for at := 0; at < len(whole); at += 1 + len(whole)/40 {
			damaged := append([]byte(nil), whole...)
			damaged[at] ^= 1 << (at % 8)
			store(t, db, table, id, damaged)
			var failures []error
			got := everything(t, dir, &failures)
			for _, err := range failures {
				checkRefusal(t, err, engine.Internal, path, "damaged")
			}
			if refused += len(failures); len(failures) == 0 && got != want {
				t.Errorf("%s, byte %d: got\n%s\nwant\n%s", table, at, got, want)
			}
		}
		if refused == 0 {
			t.Errorf("%s: nothing was noticed", table)
		}
		store(t, db, table, id, whole)
	}
}

// makeLarger makes the index of scan 1 with a pack, loose documents and a merged
// segment.
func makeLarger(t *testing.T, dir string) (path string) {
	t.Helper()
	shelf := openShelf(t, dir)
	ix, err := shelf.Create(t.Context(), 1)
	must(t, err)
	for n := range 9 {
		report := childReport("x", n)
		report.Responses = report.Responses[:5]
		must(t, ix.Append(t.Context(), report))
	}
	must(t, shelf.Close())
	return filepath.Join(dir, "index", "1.db")
}

func store(t *testing.T, db *sql.DB, table string, id int64, body []byte) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), "UPDATE "+table+" SET body = ? WHERE rowid = ?", body, id)
	must(t, err)
}

// everything asks an index in all ways, and gives the answers as one text. Failures go
// to failures, if it is nil to the test.
func everything(t *testing.T, dir string, failures *[]error) (answers string) {
	t.Helper()
	shelf := openShelf(t, dir)
	defer func() { must(t, shelf.Close()) }()
	failed := func(err error) {
		switch {
		case err == nil:
		case failures == nil:
			t.Error(err)
		default:
			*failures = append(*failures, err)
		}
	}
	ix, err := shelf.Open(t.Context(), 1)
	if err != nil {
		failed(err)
		return ""
	}
	for _, text := range []string{"*", "host:*x-1*", `http.title:"page 1"`, `http.title:"page 1"~3`, "ip:10.0.0.0/8", "NOT http.status_code:200"} {
		q, err := query.Parse(text)
		must(t, err)
		n, err := ix.Count(t.Context(), q)
		failed(err)
		answers += fmt.Sprintln(text, n)
		for d, err := range ix.Search(t.Context(), q, 0) {
			failed(err)
			answers += string(d.Data) + "\n"
		}
		buckets, err := ix.Facet(t.Context(), q, []string{"host"}, 0)
		failed(err)
		answers += fmt.Sprintln(buckets)
	}
	return answers
}

// TestDamagedPages overwrites pages of a file, and cuts it off. Whatever is done then
// ends, and what fails says why.
func TestDamagedPages(t *testing.T) {
	dir := t.TempDir()
	path := makeLarger(t, dir)
	whole, err := os.ReadFile(path)
	must(t, err)
	g := rand.New(rand.NewPCG(5, 6))
	for round := range 60 {
		damaged := append([]byte(nil), whole...)
		at := g.IntN(len(damaged))
		if round%4 == 0 {
			damaged = damaged[:at]
		} else {
			for i := at; i < min(at+1<<g.IntN(13), len(damaged)); i++ {
				damaged[i] = byte(g.IntN(256))
			}
		}
		must(t, os.WriteFile(path, damaged, 0o600))
		var failures []error
		everything(t, dir, &failures)
		failures = append(failures, appendTo(t, dir))
		for _, err := range failures {
			var ours *engine.Error
			if err != nil && !errors.As(err, &ours) {
				t.Errorf("round %d: %v has no sentence for people", round, err)
			}
		}
		for _, companion := range []string{"-wal", "-shm"} {
			_ = os.Remove(path + companion) // a damaged file may keep them
		}
	}
}

func appendTo(t *testing.T, dir string) error {
	t.Helper()
	shelf := openShelf(t, dir)
	defer func() { must(t, shelf.Close()) }()
	ix, err := shelf.Open(t.Context(), 1)
	if err != nil {
		return err
	}
	return ix.Append(t.Context(), childReport("y", 1))
}

// TestFullDisk appends to an index that cannot grow: nothing of the report is there,
// and once there is room all of it.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	path := makeLarger(t, dir)
	shelf := openShelf(t, dir)
	closeLater(t, shelf)
	ix, err := shelf.Open(t.Context(), 1)
	must(t, err)
	before := count(t, ix, "*")
	must(t, sqlite.LimitGrowth(t.Context(), ix, 1))
	var large engine.Report
	for n := range 20 {
		report := childReport("large", n)
		large.Responses = append(large.Responses, report.Responses...)
		large.Findings = append(large.Findings, report.Findings...)
	}
	for range 2 {
		checkRefusal(t, ix.Append(t.Context(), large), engine.Internal, path, "full")
		checkTerms(t, ix)
		if n := count(t, ix, "*"); n != before || count(t, ix, "host:large*") != 0 {
			t.Errorf("%d documents, want %d", n, before)
		}
	}
	must(t, sqlite.LimitGrowth(t.Context(), ix, 1<<20))
	must(t, ix.Append(t.Context(), large))
	checkTerms(t, ix)
	if n := count(t, ix, "host:large*"); n != len(large.Responses) {
		t.Errorf("%d documents, want %d", n, len(large.Responses))
	}
}

// TestPatience waits for a file that others have, as long as the context lets it.
func TestPatience(t *testing.T) {
	dir := t.TempDir()
	path := makeIndex(t, dir)
	holder := openRaw(t, path)
	lock, err := holder.BeginTx(t.Context(), nil)
	must(t, err)
	_, err = lock.ExecContext(t.Context(), "UPDATE meta SET value = 7 WHERE name = 'changes'")
	must(t, err)
	shelf := openShelf(t, dir)
	closeLater(t, shelf)
	ix, err := shelf.Open(t.Context(), 1)
	must(t, err)
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err = ix.Append(short, childReport("y", 1))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the writer was waited for, and then: %v", err)
	}
	appended := make(chan error)
	go func() { appended <- ix.Append(t.Context(), childReport("y", 1)) }()
	count(t, ix, "*") // readers do not wait
	must(t, lock.Rollback())
	must(t, <-appended)
	if n := count(t, ix, "host:y*"); n != batch {
		t.Errorf("%d documents, want %d", n, batch)
	}
}

// TestUntilFree repeats what fails because the file is in use, and nothing else.
func TestUntilFree(t *testing.T) {
	busy := busyError(t)
	synctest.Test(t, func(t *testing.T) {
		left := 100_000 // some minutes
		must(t, sqlite.UntilFree(t.Context(), func() error {
			if left--; left > 0 {
				return busy
			}
			return nil
		}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		err := sqlite.UntilFree(ctx, func() error { return busy })
		if !errors.Is(err, context.DeadlineExceeded) || engine.KindOf(err) != engine.Conflict {
			t.Errorf("in use for ever: %v", err)
		}
		if err := sqlite.UntilFree(t.Context(), func() error { return io.EOF }); !errors.Is(err, io.EOF) {
			t.Errorf("another failure: %v", err)
		}
	})
}

// busyError is what is said of a file that another has.
func busyError(t *testing.T) error {
	t.Helper()
	path := makeIndex(t, t.TempDir())
	holder, waiter := openRaw(t, path), openRaw(t, path)
	lock, err := holder.BeginTx(t.Context(), nil)
	must(t, err)
	_, err = lock.ExecContext(t.Context(), "UPDATE meta SET value = 7 WHERE name = 'changes'")
	must(t, err)
	_, err = waiter.ExecContext(t.Context(), "UPDATE meta SET value = 8 WHERE name = 'changes'")
	must(t, lock.Rollback())
	explained := sqlite.Explain(path, err)
	checkRefusal(t, explained, engine.Conflict, path, "in use")
	return explained
}
