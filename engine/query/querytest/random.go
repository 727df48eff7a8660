package querytest

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Random asks made-up queries of made-up documents, the same ones each time, and
// wants the answers of the reference, [Match].
func Random(t *testing.T, open Open) {
	t.Helper()
	g := Generator{rand.New(rand.NewPCG(5, 6))}
	s := Suite{Now: time.Date(2025, 3, 21, 12, 30, 45, 5e6, time.UTC)}
	docs := make([]map[string]any, 100)
	for i := range docs {
		docs[i] = g.Document()
		body, err := json.Marshal(docs[i])
		if err != nil {
			t.Fatal(err)
		}
		s.Documents = append(s.Documents, Document{strconv.Itoa(i), body})
	}
	search := open(t, s.Documents)
	for range 250 {
		text, meaning := g.Query()
		c := Case{Query: text, Want: []string{}}
		for i, doc := range docs {
			if Match(meaning, doc, s.Now) {
				c.Want = append(c.Want, s.Documents[i].Name)
			}
		}
		if text := c.problem(&s, func(q *query.Query) []string { return search(t, q) }); text != "" {
			t.Errorf("%s: %s", c.Query, text)
		}
	}
}
