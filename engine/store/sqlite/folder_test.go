package sqlite_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

func TestBadFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, []byte("mine"))
	occupied := t.TempDir()
	if err := os.Mkdir(filepath.Join(occupied, sqlite.FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ dir, words string }{
		"no name":           {"", "no data folder is named"},
		"a file":            {file, file + " is a file"},
		"below a file":      {filepath.Join(file, "data"), "Data folder cannot be written: " + file},
		"zero byte in name": {"data\x00", "Data folder cannot be written"},
		"a folder as file":  {occupied, "Not a Portolan database"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sqlite.Open(t.Context(), test.dir)
			wantRefusal(t, err, engine.Invalid, test.words)
		})
	}
	if got := string(readFile(t, file)); got != "mine" {
		t.Errorf("the file was changed to %q", got)
	}
}

// TestSystemFolder tries folders in which even root makes nothing.
func TestSystemFolder(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux is known to have such folders: /proc and /sys")
	}
	for _, dir := range []string{"/proc/portolan", "/sys/portolan", "/proc/self", "/sys/kernel"} {
		_, err := sqlite.Open(t.Context(), dir)
		wantRefusal(t, err, engine.Invalid, "Data folder cannot be written: "+dir)
	}
}
