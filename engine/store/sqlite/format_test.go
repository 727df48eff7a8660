package sqlite_test

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
	"github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

// wantRefusal fails unless err tells a user what is wrong with the data folder
// and what to do.
func wantRefusal(t *testing.T, err error, kind engine.Kind, words string) {
	t.Helper()
	var refusal *engine.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("error is %v, want an engine.Error", err)
	}
	if refusal.Kind != kind || refusal.Field != "data_dir" || refusal.Hint == "" {
		t.Errorf("refused with %+v, want kind %s, field data_dir and a hint", refusal, kind)
	}
	if !strings.Contains(err.Error(), words) {
		t.Errorf("refused with %q, want the words %q", err, words)
	}
}

func TestForeignFile(t *testing.T) {
	damaged := damagedStore(t)
	for name, test := range map[string]struct {
		prepare func(t *testing.T, dir string)
		kind    engine.Kind
		words   string
	}{
		"text":             {content("hello"), engine.Invalid, "Not a Portolan database"},
		"noise":            {content(strings.Repeat("\x07\xf0noise", 9000)), engine.Invalid, "Not a Portolan database"},
		"tables":           {statements("CREATE TABLE t (x)"), engine.Invalid, "written by another program"},
		"mark of another":  {statements("PRAGMA application_id = 7"), engine.Invalid, "written by another program"},
		"version only":     {statements("PRAGMA user_version = 1"), engine.Invalid, "written by another program"},
		"version and more": {statements("CREATE TABLE scans (id); PRAGMA user_version = 1"), engine.Invalid, "written by another program"},
		"damaged":          {content(damaged), engine.Internal, "Data file cannot be read or written"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			test.prepare(t, dir)
			before := folder(t, dir)
			_, err := sqlite.Open(t.Context(), dir)
			wantRefusal(t, err, test.kind, test.words)
			if after := folder(t, dir); !maps.Equal(before, after) {
				t.Errorf("the folder was changed: %d files, then %d", len(before), len(after))
			}
		})
	}
}

func content(text string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		writeFile(t, filepath.Join(dir, sqlite.FileName), []byte(text))
	}
}

func statements(text string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		execute(t, dir, text)
	}
}

// damagedStore is a store whose list of tables is overwritten.
func damagedStore(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	closeStore(t, open(t, dir))
	data := readFile(t, filepath.Join(dir, sqlite.FileName))
	copy(data[100:], slices.Repeat([]byte{0xff}, 200))
	return string(data)
}

func TestNewerFormat(t *testing.T) {
	dir := t.TempDir()
	running := open(t, dir)
	defer closeStore(t, running)
	execute(t, dir, "PRAGMA user_version = 77")
	words := fmt.Sprintf("written by a newer Portolan (schema 77, this one knows %d)", len(sqlite.Migrations()))

	_, err := sqlite.Open(t.Context(), dir)
	wantRefusal(t, err, engine.Conflict, words)

	nothing := func(store.Tx) error { return nil }
	wantRefusal(t, running.Update(t.Context(), nothing), engine.Conflict, words)
	wantRefusal(t, running.View(t.Context(), nothing), engine.Conflict, words)

	execute(t, dir, "PRAGMA user_version = 0") // as no program of ours leaves it
	wantRefusal(t, running.Update(t.Context(), nothing), engine.Invalid, "written by another program")
}

func TestMigrations(t *testing.T) {
	names, err := sqlite.MigrationNames()
	if err != nil || len(names) == 0 || len(names) != len(sqlite.Migrations()) {
		t.Fatalf("migrations are %q (%v)", names, err)
	}
	for i, name := range names {
		if !strings.HasPrefix(name, fmt.Sprintf("%04d_", i+1)) {
			t.Errorf("migration %d is named %s", i+1, name)
		}
	}
}

func TestMigrateForward(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer closeStore(t, s)
	scan := newScan()
	insert(t, s, &scan)
	newer := append(sqlite.Migrations(), "CREATE TABLE more (x); INSERT INTO more SELECT id FROM scans")
	if err := sqlite.Migrate(t.Context(), s, newer); err != nil {
		t.Fatal(err)
	}
	if got := query(t, dir, "SELECT x FROM more"); got != fmt.Sprint(scan.ID) {
		t.Errorf("migrated data is %s", got)
	}
	if got := query(t, dir, "PRAGMA user_version"); got != fmt.Sprint(len(newer)) {
		t.Errorf("version is %s, want %d", got, len(newer))
	}
}

func TestMigrateAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer closeStore(t, s)
	newer := append(sqlite.Migrations(), "CREATE TABLE more (x)", "CREATE TABLE half (x); INSERT INTO missing VALUES (1)")
	err := sqlite.Migrate(t.Context(), s, newer)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("migrate to version %d", len(newer))) {
		t.Errorf("the broken migration gives %v", err)
	}
	if got := query(t, dir, "SELECT count(*) FROM sqlite_schema WHERE name IN ('more', 'half')"); got != "0" {
		t.Errorf("%s tables of a failed migration stay", got)
	}
	if err := s.Update(t.Context(), func(store.Tx) error { return nil }); err != nil {
		t.Errorf("after a failed migration: %v", err)
	}
}
