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
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

var update = flag.Bool("update", false, "write testdata/encoding.txt anew")

// TestEncoding pins the tokens of a document, and the types of fields that decide
// which tokens there are. A file that was written with others can neither be
// searched nor changed: when this test fails, raise encodingVersion (unless no
// release has the old one) and run it with -update.
func TestEncoding(t *testing.T) {
	got := strings.Join(append(tokens(t, oneOfEach()), mapping()...), "\n") + "\n"
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

// oneOfEach gives a document with every kind of token.
func oneOfEach() engine.Response {
	r := document("www.Example.com", "A title's WORDS", 404)
	r.IP, r.Path = "192.0.2.1", "/"
	r.Tags = []engine.Tag{{Name: "node.js", Version: "18.1"}}
	r.Blocks["custom"] = map[string]any{"flag": true, "n": -1.5, "old": "1969-12-31", "long_hash": strings.Repeat("é", 200)}
	r.Blocks["geo"] = map[string]any{"location": map[string]any{"lat": 51.5}, "city": "登录"}
	r.Blocks["certificate"] = map[string]any{"validity": map[string]any{"end": "9999-12-31T23:59:59Z"}, "redacted": false}
	return r
}

// tokens gives the tokens of a document as they stand in the file, each with the
// name of its field.
func tokens(t *testing.T, r engine.Response) (all []string) {
	t.Helper()
	dir := t.TempDir()
	shelf := openShelf(t, dir)
	ix, err := shelf.Create(t.Context(), 1)
	must(t, err)
	must(t, ix.Append(t.Context(), engine.Report{Responses: []engine.Response{r}}))
	must(t, shelf.Close())
	db := openRaw(t, filepath.Join(dir, "index", "1.db"))
	db.SetMaxOpenConns(1) // temporary tables belong to a connection
	for _, table := range []string{"token", "prose"} {
		_, err := db.ExecContext(t.Context(), fmt.Sprintf("CREATE VIRTUAL TABLE temp.%[1]s_terms USING fts5vocab(main, %[1]s, row)", table))
		must(t, err)
		rows, err := db.QueryContext(t.Context(), fmt.Sprintf(`SELECT path || ' ' || substr(term, length(id) + 1)
			FROM temp.%s_terms, field WHERE term GLOB id || '[a-z]*'`, table))
		must(t, err)
		for rows.Next() {
			var token string
			must(t, rows.Scan(&token))
			all = append(all, token)
		}
		must(t, rows.Err())
		must(t, rows.Close())
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
