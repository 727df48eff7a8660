//go:build unix

package sqlite_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
	"github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	fill(t, dir, func() {
		wantMode(t, dir, 0o700)
		for _, suffix := range []string{"", "-wal", "-shm"} {
			wantMode(t, filepath.Join(dir, sqlite.FileName+suffix), 0o600)
		}
	})
	if files := folder(t, dir); len(files) != 1 {
		t.Errorf("after closing, %d files are in the folder, want one", len(files))
	}
}

func TestExistingModes(t *testing.T) {
	dir := t.TempDir()
	setMode(t, dir, 0o755)
	fill(t, dir, func() {
		wantMode(t, dir, 0o755)
		wantMode(t, filepath.Join(dir, sqlite.FileName), 0o600)
	})
	setMode(t, filepath.Join(dir, sqlite.FileName), 0o660)
	fill(t, dir, func() { wantMode(t, filepath.Join(dir, sqlite.FileName), 0o660) })
}

// TestOddNames opens folders whose names mean something in a URI or in SQL.
func TestOddNames(t *testing.T) {
	for _, name := range []string{"a b", "a?mode=memory", "a#b", "a%20b", "o'clock", "ü", "a&b=c", "a:b", "a+b", "-a"} {
		dir := filepath.Join(t.TempDir(), name)
		fill(t, dir, func() {
			if got := query(t, dir, "SELECT 1"); got != "1" {
				t.Errorf("%s: %s", name, got)
			}
			wantMode(t, filepath.Join(dir, sqlite.FileName), 0o600)
		})
	}
}

// TestRelativeName opens a folder by a name that needs the working directory.
func TestRelativeName(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	fill(t, "data", func() { wantMode(t, filepath.Join(dir, "data", sqlite.FileName), 0o600) })
}

// fill opens the store in dir, writes to it and runs look while it is open.
func fill(t *testing.T, dir string, look func()) {
	t.Helper()
	s := open(t, dir)
	defer closeStore(t, s)
	scan := newScan()
	insert(t, s, &scan)
	look()
}

// TestFileGone takes the file away under an open store: that must not make an
// empty one that looks like a store which lost everything.
func TestFileGone(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer closeStore(t, s)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	err := s.View(t.Context(), func(store.Tx) error { return nil })
	wantRefusal(t, err, engine.Invalid, dir)
	if files := folder(t, dir); len(files) != 0 {
		t.Errorf("%d files have come back", len(files))
	}
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Error(err)
		return
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s has mode %o, want %o", path, got, want)
	}
}

func setMode(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// TestUnwritable opens folders that belong to somebody else, or that their owner
// has closed.
func TestUnwritable(t *testing.T) {
	base := t.TempDir()
	empty, stored := filepath.Join(base, "empty"), filepath.Join(base, "stored")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	fill(t, stored, func() {})
	setMode(t, filepath.Join(stored, sqlite.FileName), 0o444)
	for _, dir := range []string{stored, empty, base} {
		setMode(t, dir, 0o555)
		t.Cleanup(func() { setMode(t, dir, 0o700) }) // else it cannot be removed
	}
	setMode(t, filepath.Dir(base), 0o755)
	binary := publicBinary(t)
	for _, dir := range []string{filepath.Join(base, "new"), empty, stored} {
		cmd := child(t, dir, 1)
		unprivileged(cmd, binary)
		output, err := cmd.CombinedOutput()
		want := "Data folder cannot be written: " + dir
		if err == nil || !strings.Contains(string(output), want) {
			t.Errorf("%s: %v, output\n%s, want %q", dir, err, output, want)
		}
	}
}

// unprivileged makes cmd run as somebody permissions apply to: as nobody, if we
// are root.
func unprivileged(cmd *exec.Cmd, binary string) {
	const nobody = 65534
	cmd.Path, cmd.Args = binary, []string{binary}
	cmd.Dir = "/"
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
}

// publicBinary copies the test binary to where anybody can run it.
func publicBinary(t *testing.T) string {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	setMode(t, dir, 0o755)
	setMode(t, filepath.Dir(dir), 0o755)
	public := filepath.Join(dir, "store.test")
	writeFile(t, public, readFile(t, binary))
	setMode(t, public, 0o755)
	return public
}
