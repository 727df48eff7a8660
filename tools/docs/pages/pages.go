// Package pages compares the generated pages with those of the repository. It
// makes none itself: tfplugindocs does.
package pages

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Compare tells which files of docs are not what was written freshly. A docs
// folder that is not there yet lacks all of them.
func Compare(fresh, docs fs.FS) error {
	want, err := contents(fresh)
	if err != nil {
		return err
	}
	got, err := contents(docs)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var stale []string
	names := maps.Clone(want)
	maps.Copy(names, got)
	for name := range names {
		w, isWanted := want[name]
		g, isThere := got[name]
		if isWanted != isThere || !bytes.Equal(w, g) {
			stale = append(stale, "docs/"+name)
		}
	}
	if len(stale) == 0 {
		return nil
	}
	slices.Sort(stale)
	return fmt.Errorf("%s: not what make generate writes; run it", strings.Join(stale, ", "))
}

func contents(files fs.FS) (map[string][]byte, error) {
	all := map[string][]byte{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		all[name], err = fs.ReadFile(files, name)
		return err
	})
	return all, err
}
