package sqlite_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
)

// TestRefusal opens files that are not an index of this version. Each is refused
// with an error that names the file, and is still the same afterwards.
func TestRefusal(t *testing.T) {
	change := func(statement string) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			db := openRaw(t, path)
			_, err := db.ExecContext(t.Context(), statement)
			must(t, err)
			must(t, db.Close())
		}
	}
	for _, test := range []struct {
		name, hint string
		kind       engine.Kind
		spoil      func(t *testing.T, path string)
	}{
		{"newer tables", "newer", engine.Conflict, change(fmt.Sprintf("PRAGMA user_version = %d", sqlite.SchemaVersion+1))},
		{"older tables", "older", engine.Conflict, change(fmt.Sprintf("PRAGMA user_version = %d", sqlite.OldestVersion-1))},
		{"newer terms", "newer", engine.Conflict, change(fmt.Sprintf("UPDATE meta SET value = %d WHERE name = 'encoding'", sqlite.EncodingVersion+1))},
		{"another program's", "not an index", engine.Internal, change("PRAGMA application_id = 7")},
		{"garbage", "damaged", engine.Internal, func(t *testing.T, path string) {
			must(t, os.WriteFile(path, []byte(strings.Repeat("not a database ", 1000)), 0o600))
		}},
		{"a folder", "", engine.Invalid, func(t *testing.T, path string) {
			must(t, os.Remove(path))
			must(t, os.Mkdir(path, 0o700))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			path := makeIndex(t, dir)
			test.spoil(t, path)
			shelf := openShelf(t, dir)
			closeLater(t, shelf)
			_, createErr := shelf.Create(t.Context(), 1)
			_, openErr := shelf.Open(t.Context(), 1)
			for _, err := range []error{createErr, openErr} {
				checkRefusal(t, err, test.kind, path, test.hint)
			}
			must(t, shelf.Purge(t.Context(), 1))
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("purged, but still there: %v", err)
			}
		})
	}
}

func checkRefusal(t *testing.T, err error, kind engine.Kind, path, hint string) {
	t.Helper()
	var ours *engine.Error
	if !errors.As(err, &ours) {
		t.Fatalf("%v is no engine.Error", err)
	}
	if ours.Kind != kind || !strings.Contains(ours.Detail, path) || !strings.Contains(ours.Error(), hint) || ours.Hint == "" {
		t.Errorf("got %s: %v\nwant %s with %s, %q and a hint", ours.Kind, ours, kind, path, hint)
	}
}

// makeIndex makes the index of scan 1 with something in it, and closes it.
func makeIndex(t *testing.T, dir string) (path string) {
	t.Helper()
	shelf := openShelf(t, dir)
	ix, err := shelf.Create(t.Context(), 1)
	must(t, err)
	must(t, ix.Append(t.Context(), childReport("x", 1)))
	must(t, shelf.Close())
	return filepath.Join(dir, "index", "1.db")
}

// TestDamagedGoesToTrash throws away what cannot be read.
func TestDamagedGoesToTrash(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(makeIndex(t, dir), []byte(strings.Repeat("x", 5000)), 0o600))
	shelf := openShelf(t, dir)
	closeLater(t, shelf)
	must(t, shelf.Trash(t.Context(), 1))
	wantFiles(t, dir, "trash/1.db")
}

// TestHalfMade opens a file of a process that was killed before it had filled it.
func TestHalfMade(t *testing.T) {
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "index"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "index", "1.db"), nil, 0o600))
	makeIndex(t, dir)
}

func TestUnusableFolder(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(blocked, nil, 0o600))
	shelf := openShelf(t, blocked)
	closeLater(t, shelf)
	_, err := shelf.Create(t.Context(), 1)
	checkRefusal(t, err, engine.Invalid, blocked, "folder")
	var ours *engine.Error
	if errors.As(err, &ours) && ours.Field != "data_dir" {
		t.Errorf("the error is about %q, want data_dir", ours.Field)
	}
}

// TestOddFolder uses a folder whose name means something in a URI.
func TestOddFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "100% #1?mode=memory&x ü")
	if _, err := os.Stat(makeIndex(t, dir)); err != nil {
		t.Error(err)
	}
}

// TestLayout looks at the names and permissions of files.
func TestLayout(t *testing.T) {
	dir := t.TempDir()
	makeIndex(t, dir)
	wantFiles(t, dir, "index/1.db")
	shelf := openShelf(t, dir)
	closeLater(t, shelf)
	must(t, shelf.Trash(t.Context(), 1))
	wantFiles(t, dir, "trash/1.db")
	must(t, shelf.Restore(t.Context(), 1))
	must(t, shelf.Purge(t.Context(), 1))
	wantFiles(t, dir)
}

// wantFiles fails the test unless dir holds exactly these files, all private.
func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	var got []string
	must(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", path, info.Mode())
		}
		if !entry.IsDir() {
			name, _ := filepath.Rel(dir, path)
			got = append(got, filepath.ToSlash(name))
		}
		return err
	}))
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("files are %v, want %v", got, want)
	}
}
