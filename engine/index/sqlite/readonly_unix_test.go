//go:build unix

package sqlite_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReadOnly appends in folders that belong to somebody else, as somebody whom
// permissions apply to.
func TestReadOnly(t *testing.T) {
	base := t.TempDir()
	stored, empty := filepath.Join(base, "stored"), filepath.Join(base, "empty")
	must(t, os.Mkdir(empty, 0o700))
	path := makeIndex(t, stored)
	before, err := os.ReadFile(path)
	must(t, err)
	must(t, os.Chmod(path, 0o444))
	for _, dir := range []string{filepath.Dir(path), stored, empty, base} {
		must(t, os.Chmod(dir, 0o555))
		t.Cleanup(func() { must(t, os.Chmod(dir, 0o700)) }) // else it cannot be removed
	}
	must(t, os.Chmod(filepath.Dir(base), 0o755))
	program := publicProgram(t)
	for _, dir := range []string{stored, empty} {
		out, err := unprivileged(t, program, dir).CombinedOutput()
		if want := "Data folder cannot be used: " + dir; err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v\n%s\nwant %q", dir, err, out, want)
		}
	}
	after, err := os.ReadFile(path)
	if err != nil || string(after) != string(before) {
		t.Errorf("the index has changed: %v", err)
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("files beside the index: %v, %v", files, err)
	}
}

// unprivileged appends in dir as nobody, if we are root.
func unprivileged(t *testing.T, program, dir string) *exec.Cmd {
	t.Helper()
	const nobody = 65534
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), childFolder+"="+dir, childName+"=x", childReports+"=1")
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

// publicProgram copies this program to where anybody can run it.
func publicProgram(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	program, err := os.ReadFile(self)
	must(t, err)
	dir := t.TempDir()
	for _, parent := range []string{dir, filepath.Dir(dir)} {
		must(t, os.Chmod(parent, 0o755))
	}
	public := filepath.Join(dir, "index.test")
	must(t, os.WriteFile(public, program, 0o600))
	must(t, os.Chmod(public, 0o755))
	return public
}
