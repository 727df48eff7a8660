package check

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed library/*.yaml
var builtIn embed.FS

// Library is a set of checks. It never changes and may be used by many goroutines.
type Library struct {
	checks []Check // by id
}

// Load gives the built-in library. The files are parsed by the first call: that takes
// some tens of milliseconds, and what only reads scans needs none of it.
func Load() (*Library, error) { return loaded() }

var loaded = sync.OnceValues(func() (*Library, error) {
	folder, err := fs.Sub(builtIn, "library")
	if err != nil {
		return nil, fmt.Errorf("open the library of checks: %w", err)
	}
	return Read(folder)
})

// Read reads the *.yaml files at the top of folder, each one check. All that is
// wrong with a file is in the error, each as "file:line: what". A file must be
// named after its id, have no key that [Check] does not have, and pass the rules
// of [Check] members; whether its samples are judged as they say [Verify] tells.
func Read(folder fs.FS) (*Library, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list checks: %w", err)
	}
	return readFiles(folder, names, "", nil)
}

// readFiles reads checks, each of which also, if not nil, looks at. In errors the name of a
// file begins with shown.
func readFiles(folder fs.FS, names []string, shown string, also func(name string, data []byte, c *Check) error) (*Library, error) {
	library := &Library{}
	var wrong []error
	for _, name := range names {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read check: %w", err)
		}
		name = path.Join(shown, name)
		c, err := parse(name, data)
		if err == nil && also != nil {
			err = also(name, data, &c)
		}
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		library.checks = append(library.checks, c)
	}
	slices.SortFunc(library.checks, byID)
	return library, errors.Join(wrong...)
}

func byID(a, b Check) int { return strings.Compare(a.ID, b.ID) }

// Checks lists the checks by id.
func (l *Library) Checks() []Check { return slices.Clone(l.checks) }

// IDs lists the ids of all checks, sorted.
func (l *Library) IDs() []string {
	ids := make([]string, len(l.checks))
	for i := range l.checks {
		ids[i] = l.checks[i].ID
	}
	return ids
}

// Check gives the check with this id, and false if there is none.
func (l *Library) Check(id string) (Check, bool) {
	i, ok := slices.BinarySearchFunc(l.checks, id, func(c Check, id string) int { return strings.Compare(c.ID, id) })
	if !ok {
		return Check{}, false
	}
	return l.checks[i], true
}

// parse reads one file.
func parse(name string, data []byte) (Check, error) {
	var c Check
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		return Check{}, decodeError(name, err)
	}
	var more yaml.Node
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return Check{}, fmt.Errorf("%s:%d: a file holds one check, here begins another document", name, more.Line)
	}
	if id := strings.TrimSuffix(path.Base(name), ".yaml"); id != c.ID {
		return Check{}, fmt.Errorf("%s:%d: id %q is not the file's name", name, lineOf(data, "id"), c.ID)
	}
	if wrong := c.prepare(); len(wrong) > 0 {
		return Check{}, located(name, data, wrong)
	}
	return c, nil
}

// decodeError puts the file's name before each line of what the decoder found.
func decodeError(name string, err error) error {
	var mistakes *yaml.TypeError
	if !errors.As(err, &mistakes) {
		mistakes = &yaml.TypeError{Errors: []string{strings.TrimPrefix(err.Error(), "yaml: ")}}
	}
	unknown := regexp.MustCompile(`field (\S+) not found in type \S+`)
	var all []error
	for _, text := range mistakes.Errors {
		text = unknown.ReplaceAllString(strings.TrimPrefix(text, "line "), `there is no key "$1"`)
		all = append(all, fmt.Errorf("%s:%s", name, text))
	}
	return errors.Join(all...)
}

// located says of each mistake in which line its key stands.
func located(name string, data []byte, wrong []mistake) error {
	var all []error
	for _, m := range wrong {
		all = append(all, fmt.Errorf("%s:%d: %s: %s", name, lineOf(data, m.key), m.key, m.what))
	}
	return errors.Join(all...)
}

// lineOf gives the line of a top-level key of a file that decodes; 1 if it is missing.
func lineOf(data []byte, key string) int {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil || len(root.Content) == 0 {
		return 1
	}
	for i := 0; i+1 < len(root.Content[0].Content); i += 2 {
		if k := root.Content[0].Content[i]; k.Value == key {
			return k.Line
		}
	}
	return 1
}
