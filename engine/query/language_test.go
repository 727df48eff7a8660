package query_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/engine/query/querytest"
)

// TestLanguage asks the text suite of what json makes of a document, without
// and with UseNumber.
func TestLanguage(t *testing.T) {
	for name, numbers := range map[string]bool{"plain": false, "numbers": true} {
		t.Run(name, func(t *testing.T) {
			querytest.Run(t, "testdata", func(t testing.TB, documents []querytest.Document) querytest.Searcher {
				return searcher(t, documents, numbers)
			})
		})
	}
}

func TestMadeUpQueries(t *testing.T) {
	querytest.Random(t, func(t testing.TB, documents []querytest.Document) querytest.Searcher {
		return searcher(t, documents, false)
	})
}

func searcher(t testing.TB, documents []querytest.Document, numbers bool) querytest.Searcher {
	t.Helper()
	decoded := make([]map[string]any, len(documents))
	for i, d := range documents {
		if err := decode(string(d.JSON), numbers, &decoded[i]); err != nil {
			t.Fatal(err)
		}
	}
	return func(_ testing.TB, q *query.Query) (names []string) {
		for i, doc := range decoded {
			if q.MatchAt(doc, time.Unix(0, 0)) {
				names = append(names, documents[i].Name)
			}
		}
		return names
	}
}

func decode(doc string, numbers bool, into *map[string]any) error {
	d := json.NewDecoder(strings.NewReader(doc))
	if numbers {
		d.UseNumber()
	}
	return d.Decode(into)
}
