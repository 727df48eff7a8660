package sqlite_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

// The functions here look at the file as any SQLite program does, past the store.

func rawFile(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.FileName))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func execute(t *testing.T, dir, statements string) {
	t.Helper()
	db := rawFile(t, dir)
	_, err := db.ExecContext(t.Context(), statements)
	if err != nil {
		t.Errorf("%s: %v", statements, err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func query(t *testing.T, dir, statement string) (result string) {
	t.Helper()
	db := rawFile(t, dir)
	if err := db.QueryRowContext(t.Context(), statement).Scan(&result); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	return result
}

// folder gives the content of a folder by name; of a folder in it, "folder".
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range entries {
		files[entry.Name()] = "folder"
		if !entry.IsDir() {
			files[entry.Name()] = string(readFile(t, filepath.Join(dir, entry.Name())))
		}
	}
	return files
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
