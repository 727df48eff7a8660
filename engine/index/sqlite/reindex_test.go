package sqlite_test

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
)

// testdata/version2.db.gz is what reports 0 to 2 of child x became in version 2.
const version2 = "testdata/version2.db.gz"

// TestReindex opens files of older versions, by several at once. What was in them is
// found, and they can be written.
func TestReindex(t *testing.T) {
	for name, age := range map[string]func(t *testing.T, dir string){
		"version 2": unpackVersion2,
		"older terms": func(t *testing.T, dir string) {
			unpackVersion2(t, dir)
			shelf := openShelf(t, dir)
			_, err := shelf.Open(t.Context(), 1)
			must(t, err)
			must(t, shelf.Close())
			db := openRaw(t, filepath.Join(dir, "index", "1.db"))
			_, err = db.ExecContext(t.Context(), "UPDATE meta SET value = 2 WHERE name = 'encoding'; DELETE FROM block WHERE id = 1")
			must(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			age(t, dir)
			var opened sync.WaitGroup
			for range 3 {
				opened.Go(func() { checkReindexed(t, dir) })
			}
			opened.Wait()
			checkIntegrity(t, filepath.Join(dir, "index", "1.db"))
		})
	}
}

func checkReindexed(t *testing.T, dir string) {
	t.Helper()
	shelf := openShelf(t, dir)
	closeLater(t, shelf)
	ix, err := shelf.Open(t.Context(), 1)
	if err != nil {
		t.Error(err)
		return
	}
	for n := range 4 { // the last one is new
		if err := ix.Append(t.Context(), childReport("x", n)); err != nil {
			t.Error(err)
		}
	}
	if _, err := sqlite.CheckTerms(t.Context(), ix); err != nil {
		t.Error(err)
	}
	for text, want := range map[string]int{"*": 80, "host:x-1-*": 20, `http.title:"page 7"`: 4, "http.status_code:202": 20, "host:*x-2*": 20} {
		if n := count(t, ix, text); n != want {
			t.Errorf("%s: %d, want %d", text, n, want)
		}
	}
}

func unpackVersion2(t *testing.T, dir string) {
	t.Helper()
	packed, err := os.Open(version2)
	must(t, err)
	defer func() { _ = packed.Close() }()
	plain, err := gzip.NewReader(packed)
	must(t, err)
	content, err := io.ReadAll(plain)
	must(t, err)
	must(t, os.MkdirAll(filepath.Join(dir, "index"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "index", "1.db"), content, 0o600))
}
