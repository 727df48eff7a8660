package query_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// script is one file of the test language; see testdata/README.md.
type script struct {
	now   time.Time
	names []string
	docs  []map[string]any
	cases []scriptCase
}

type scriptCase struct {
	line  int
	query string
	want  []string
}

func readScript(t testing.TB, path string, numbers bool) script {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := script{now: time.Date(2025, 3, 21, 12, 0, 0, 0, time.UTC)}
	for i, line := range strings.Split(string(raw), "\n") {
		if err := s.read(i+1, line, numbers); err != nil {
			t.Fatalf("%s:%d: %v", path, i+1, err)
		}
	}
	return s
}

func (s *script) read(number int, line string, numbers bool) (err error) {
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "", "#":
		return nil
	case "now":
		s.now, err = time.Parse(time.RFC3339, rest)
		return err
	case "doc":
		name, doc, _ := strings.Cut(rest, " ")
		s.names = append(s.names, name)
		s.docs = append(s.docs, nil)
		return decode(doc, numbers, &s.docs[len(s.docs)-1])
	case "?":
		s.cases = append(s.cases, scriptCase{line: number, query: rest})
		return nil
	case "=":
		return s.answer(strings.Fields(rest))
	}
	return fmt.Errorf("unknown verb %q", verb)
}

func (s *script) answer(names []string) error {
	last := len(s.cases) - 1
	if last < 0 || s.cases[last].want != nil {
		return fmt.Errorf("an answer without a query")
	}
	for _, name := range names {
		if !slices.Contains(s.names, name) {
			return fmt.Errorf("no document %q", name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return slices.Index(s.names, a) - slices.Index(s.names, b) })
	s.cases[last].want = append([]string{}, names...)
	return nil
}

func decode(doc string, numbers bool, into *map[string]any) error {
	d := json.NewDecoder(strings.NewReader(doc))
	if numbers {
		d.UseNumber()
	}
	return d.Decode(into)
}

func (s *script) find(q *query.Query) []string {
	found := []string{}
	for i, doc := range s.docs {
		if q.MatchAt(doc, s.now) {
			found = append(found, s.names[i])
		}
	}
	return found
}

func TestLanguage(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.test")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	total := 0
	for _, path := range paths {
		for _, numbers := range []bool{false, true} {
			s := readScript(t, path, numbers)
			total += len(s.cases)
			for _, c := range s.cases {
				t.Run(fmt.Sprintf("%s:%d", filepath.Base(path), c.line), func(t *testing.T) { checkCase(t, &s, c) })
			}
		}
	}
	t.Logf("%d cases", total/2)
}

// checkCase asks the query as written, as printed, and as a bare tree.
func checkCase(t *testing.T, s *script, c scriptCase) {
	t.Helper()
	if c.want == nil {
		t.Fatalf("%s has no answer", c.query)
	}
	q, err := query.Parse(c.query)
	if err != nil {
		t.Fatalf("%s: %v", c.query, err)
	}
	printed, err := query.Parse(q.String())
	if err != nil {
		t.Fatalf("%s printed as %s: %v", c.query, q, err)
	}
	for form, q := range map[string]*query.Query{"written": q, "printed": printed, "tree": {Root: q.Root}} {
		if got := s.find(q); !slices.Equal(got, c.want) {
			t.Errorf("%s\n%s: %s\n got %v\nwant %v", c.query, form, q, got, c.want)
		}
	}
}
