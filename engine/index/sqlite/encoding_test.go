package sqlite_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

var update = flag.Bool("update", false, "write testdata/encoding.txt anew")

// TestEncoding pins the terms of a document, and the types of fields that decide
// which terms there are. A file that was written with others cannot be searched: when this test fails, raise encodingVersion (unless no
// release has the old one) and run it with -update.
func TestEncoding(t *testing.T) {
	got := strings.Join(append(terms(t, oneOfEach()), mapping()...), "\n") + "\n"
	golden := filepath.Join("testdata", "encoding.txt")
	if *update {
		must(t, os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	must(t, err)
	if got == string(want) {
		return
	}
	was := strings.Split(string(want), "\n")
	for line := range strings.Lines(got) {
		if line = strings.TrimSuffix(line, "\n"); !slices.Contains(was, line) {
			t.Errorf("new: %s", line)
		}
	}
	for _, line := range was {
		if !strings.Contains("\n"+got, "\n"+line+"\n") {
			t.Errorf("gone: %s", line)
		}
	}
}

// oneOfEach gives a document with every kind of term.
func oneOfEach() engine.Response {
	r := document("www.Example.com", "A title's WORDS", 404)
	r.IP, r.Path = "192.0.2.1", "/"
	r.Tags = []engine.Tag{{Name: "node.js", Version: "18.1"}}
	r.Blocks["custom"] = map[string]any{"flag": true, "n": -1.5, "old": "1969-12-31", "long_hash": strings.Repeat("é", 200)}
	r.Blocks["geo"] = map[string]any{"location": map[string]any{"lat": 51.5}, "city": "登录"}
	r.Blocks["certificate"] = map[string]any{"validity": map[string]any{"end": "9999-12-31T23:59:59Z"}, "redacted": false}
	return r
}

// terms gives the terms of a document, each with the name of its field.
func terms(t *testing.T, r engine.Response) (all []string) {
	t.Helper()
	shelf := openShelf(t, t.TempDir())
	closeLater(t, shelf)
	ix, err := shelf.Create(t.Context(), 1)
	must(t, err)
	must(t, ix.Append(t.Context(), engine.Report{Responses: []engine.Response{r}}))
	found, err := sqlite.Terms(t.Context(), ix)
	must(t, err)
	for _, term := range found {
		value := term.Value
		if strings.IndexByte("nit", term.Kind) >= 0 || len(value) > 256 {
			value = fmt.Sprintf("%x", value)
		}
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %c %s", term.Path, term.Kind, value)))
	}
	slices.Sort(all)
	return all
}

func mapping() (lines []string) {
	types := query.Mapping()
	for _, field := range slices.Sorted(maps.Keys(types)) {
		lines = append(lines, fmt.Sprintf("%s is %s", field, types[field]))
	}
	return lines
}
