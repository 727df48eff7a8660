package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// prepareFolder makes the data folder and an empty store file in it, each unless
// it is there, and gives the path of the file.
func prepareFolder(dir string) (path string, err error) {
	if dir == "" {
		return "", badFolder("Data folder is missing", "no data folder is named", "name one", nil)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", cannotWrite(dir, err)
	}
	if err := makeFolder(dir); err != nil {
		return "", err
	}
	path = filepath.Join(dir, FileName)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, makeFile(path)
	case err != nil:
		return "", cannotWrite(path, err)
	case !info.Mode().IsRegular():
		return "", foreignFile(path, fmt.Errorf("it is not a regular file: %s", info.Mode()))
	}
	return path, nil
}

func makeFolder(dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return badFolder("Data folder is not a folder", fmt.Sprintf("%s is a file", dir), "name a folder, or a path that does not exist yet", nil)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return cannotWrite(dir, err)
	}
	return nil
}

// makeFile makes an empty file with mode 0600, which its log takes over; left
// to SQLite, the umask would decide. It is made under another name and linked,
// not opened in place: closing any descriptor of a file drops all locks that
// this process holds on it, those of a store opened a moment ago too
// (https://sqlite.org/howtocorrupt.html, section 2.2).
func makeFile(path string) error {
	empty, err := os.CreateTemp(filepath.Dir(path), ".new-*.db") // mode 0600
	if err != nil {
		return cannotWrite(filepath.Dir(path), err)
	}
	defer func() { _ = os.Remove(empty.Name()) }() // at worst an empty file stays
	if err := empty.Close(); err != nil {
		return cannotWrite(path, err)
	}
	err = os.Link(empty.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	return makeFileUnlinked(path)
}

// makeFileUnlinked is for file systems without hard links (FAT).
func makeFileUnlinked(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return cannotWrite(path, err)
	}
	return file.Close()
}
