package indextest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// realQueries are queries people published, from the tests of the query
// language. Tests run in the folder of an implementation, two below engine.
const realQueries = "../../query/testdata/real_queries.json"

// oracle is what the query language says about all documents.
type oracle []oracleDocument

type oracleDocument struct {
	uri, lastUpdated string
	members          map[string]any
	document         *query.Document
}

// newOracle decodes documents and puts them in the order of a search.
func newOracle(t testing.TB, responses []engine.Response) (o oracle) {
	t.Helper()
	now := time.Now()
	for _, r := range responses {
		members := decoded(t, r)
		o = append(o, oracleDocument{r.URI, r.LastUpdate, members, query.NewDocument(members, now)})
	}
	slices.SortStableFunc(o, func(a, b oracleDocument) int { return strings.Compare(b.lastUpdated, a.lastUpdated) })
	return o
}

func (o oracle) search(q *query.Query) (uris []string) {
	for _, d := range o {
		if q.MatchDocument(d.document) {
			uris = append(uris, d.uri)
		}
	}
	return uris
}

// compare asks the index and the oracle.
func (o oracle) compare(h harness, text string) (found int) {
	h.Helper()
	want := o.search(parse(h, text))
	wantList(h, "search "+text, h.search(text, 0), want)
	if n := h.count(text); n != len(want) {
		h.Errorf("count %s: got %d, want %d", text, n, len(want))
	}
	return len(want)
}

func testSearch(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	for batch := range slices.Chunk(sample(), 50) {
		h.append(engine.Report{Responses: batch})
	}
	o := newOracle(t, sample())
	t.Run("table", func(t *testing.T) {
		h.TB = t
		some := 0
		for _, text := range queries() {
			if n := o.compare(h, text); n > 0 && n < sampleSize {
				some++
			}
		}
		if share := some * 100 / len(queries()); share < 70 {
			t.Errorf("only %d %% of %d queries tell documents apart", share, len(queries()))
		}
	})
	t.Run("real", func(t *testing.T) {
		h.TB = t
		for _, text := range readQueries(t) {
			if _, err := query.Parse(text); err == nil { // what does not parse is the parser's business
				o.compare(h, text)
			}
		}
	})
	t.Run("joined at random", func(t *testing.T) {
		h.TB = t
		g := rand.New(rand.NewPCG(3, 4))
		for range 80 {
			o.compare(h, randomQuery(g, 2))
		}
	})
}

func readQueries(t testing.TB) (texts []string) {
	t.Helper()
	content, err := os.ReadFile(realQueries)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

// randomQuery joins queries of the table.
func randomQuery(g *rand.Rand, depth int) string {
	if depth == 0 || g.IntN(4) == 0 {
		all := queries()
		return all[g.IntN(len(all))]
	}
	left, right := randomQuery(g, depth-1), randomQuery(g, depth-1)
	form := []string{"(%s) AND (%s)", "(%s) OR (%s)", "(%s) AND NOT (%s)", "NOT ((%s) OR (%s))", "NOT (%s) OR NOT (%s)"}[g.IntN(5)]
	return fmt.Sprintf(form, left, right)
}

// testOrder reads a result of several pages from several offsets, both where the
// index knows the result and where the query has to judge it.
func testOrder(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	responses := make([]engine.Response, 2100)
	for i := range responses {
		responses[i] = page(i, "page", "nginx", 200+i%5)
		responses[i].LastUpdate = time.UnixMilli(int64(1_700_000_000_000 + i/3)).UTC().Format("2006-01-02T15:04:05.000Z")
	}
	for batch := range slices.Chunk(responses, 500) {
		h.append(engine.Report{Responses: batch})
	}
	o := newOracle(t, responses)
	for _, text := range []string{"*", "http.title:page", "http.title:/p.ge/", "http.status_code:200", "http.status_code:200 AND host:/.*7.*/", "host:host-1*"} {
		want := o.search(parse(t, text))
		for _, offset := range []int{0, 1, 65, 1024, len(want) - 1, len(want), 100_000} {
			wantList(t, fmt.Sprintf("search %s from %d", text, offset), h.search(text, offset), want[min(max(offset, 0), len(want)):])
		}
	}
}
