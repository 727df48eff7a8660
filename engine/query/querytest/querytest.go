// Package querytest holds the search language against its text suite, the files
// engine/query/testdata/*.test. Begin with [Run]: whatever finds documents by a
// query passes it, be it query.Match, an index, or another engine.
//
// It is for tests only. What a case means is written in its file; what no file
// says is not tested here.
package querytest

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Open makes the documents of one suite searchable. It may fail or skip t.
type Open func(t testing.TB, documents []Document) Searcher

// Searcher gives the names of the documents that a query finds, in any order.
type Searcher func(t testing.TB, q *query.Query) []string

// Run asks every case of the suites in a folder, as written and as printed by
// [query.Query]. The folder is engine/query/testdata, seen from the test.
func Run(t *testing.T, folder string, open Open) {
	t.Helper()
	suites, err := Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, suite := range suites {
		t.Run(suite.Name, func(t *testing.T) {
			search := open(t, suite.Documents)
			for _, c := range suite.Cases {
				t.Run(strconv.Itoa(c.Line), func(t *testing.T) {
					if text := c.problem(&suite, func(q *query.Query) []string { return search(t, q) }); text != "" {
						t.Errorf("%s: %s", c.Query, text)
					}
				})
			}
		})
	}
}

// problem asks a case and says what is wrong with the answer; "" if nothing is.
func (c *Case) problem(suite *Suite, search func(*query.Query) []string) string {
	q, err := query.Parse(c.Query)
	if c.Refusal != nil {
		return c.Refusal.mismatch(err)
	}
	if err != nil {
		return err.Error()
	}
	printed, err := query.Parse(q.String())
	if err != nil {
		return fmt.Sprintf("printed as %s: %v", q, err)
	}
	for _, q := range []*query.Query{q, printed} {
		if got := suite.order(search(Pin(q, suite.Now))); !slices.Equal(got, c.Want) {
			return fmt.Sprintf("read as %s\n got %v\nwant %v", q, got, c.Want)
		}
	}
	return ""
}
