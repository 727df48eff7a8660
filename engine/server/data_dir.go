package server

import (
	"os"
	"path/filepath"
	"runtime"
)

// DataDir is where an engine keeps its data when nothing else is said:
// PORTOLAN_DATA_DIR, else portolan in the state folder of the user (XDG_STATE_HOME,
// ~/.local/state; LOCALAPPDATA on Windows).
func DataDir(getenv func(string) string) string {
	if dir := getenv("PORTOLAN_DATA_DIR"); dir != "" {
		return dir
	}
	if dir := getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "portolan")
	}
	if dir := getenv("LOCALAPPDATA"); runtime.GOOS == "windows" && dir != "" {
		return filepath.Join(dir, "portolan")
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".local", "state", "portolan")
	}
	return filepath.Join(os.TempDir(), "portolan") // no home, as in some containers
}
