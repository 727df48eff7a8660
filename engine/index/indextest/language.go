package indextest

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/engine/query/querytest"
)

// suites is the text suite of the query language. Tests run in the folder of an
// implementation, two below engine.
const suites = "../../query/testdata"

// testLanguage asks the text suite of the query language, and queries made up.
func testLanguage(t *testing.T, open Open) {
	search := func(t testing.TB, documents []querytest.Document) querytest.Searcher {
		h := newHarness(t, open, t.TempDir())
		var report engine.Report
		called := map[string]string{}
		for _, d := range documents {
			r := suiteResponse(t, d)
			text, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			called[string(text)] += d.Name + "\n"
			report.Responses = append(report.Responses, r)
		}
		h.append(report)
		return func(t testing.TB, q *query.Query) []string { return h.names(t, q, called) }
	}
	querytest.Run(t, suites, search)
	t.Run("random", func(t *testing.T) { querytest.Random(t, search) })
}

// suiteResponse gives a response that is stored as just the document of a suite.
// A block stands behind the typed members, and the later of two members with one
// name counts; so a block hides each member, with null where the document has
// none. The name goes into the key, which is not searched.
func suiteResponse(t testing.TB, d querytest.Document) engine.Response {
	t.Helper()
	r := engine.NewResponse(engine.Endpoint{}, "", "", "", time.Unix(0, 0))
	r.URI, r.Path, r.Tags = d.Name, "/", []engine.Tag{{}}
	hidden, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(hidden, &r.Blocks); err != nil {
		t.Fatal(err)
	}
	for name := range r.Blocks {
		r.Blocks[name] = nil
	}
	r.Path, r.Tags = "", nil
	if err := json.Unmarshal(d.JSON, &r.Blocks); err != nil {
		t.Fatal(err)
	}
	return r
}

// names gives the names of the documents that the index finds, and holds its
// count against them. called has the names by the text of the document, of several
// with one text a line each.
func (h harness) names(t testing.TB, q *query.Query, called map[string]string) (names []string) {
	t.Helper()
	left := maps.Clone(called)
	for document, err := range h.index.Search(h.Context(), q, 0) {
		if err != nil {
			t.Fatal(err)
		}
		name, others, ok := strings.Cut(left[string(document.Data)], "\n")
		if !ok {
			t.Fatalf("found what was not stored: %s", document.Data)
		}
		left[string(document.Data)] = others
		names = append(names, name)
	}
	n, err := h.index.Count(h.Context(), q)
	if err != nil || n != len(names) {
		t.Errorf("counts %d, %v; finds %v", n, err, names)
	}
	return names
}
