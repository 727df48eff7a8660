package querytest_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/engine/query/querytest"
)

// The reference passes the text suite too.
func TestReference(t *testing.T) {
	querytest.Run(t, "../testdata", func(t testing.TB, documents []querytest.Document) querytest.Searcher {
		decoded := make([]map[string]any, len(documents))
		for i, d := range documents {
			if err := json.Unmarshal(d.JSON, &decoded[i]); err != nil {
				t.Fatal(err)
			}
		}
		return func(_ testing.TB, q *query.Query) (names []string) {
			for i, doc := range decoded {
				if querytest.Match(q.Root, doc, time.Unix(0, 0)) {
					names = append(names, documents[i].Name)
				}
			}
			return names
		}
	})
}

// seenAt is what the word now means to documents that are made up.
func seenAt() time.Time { return time.Date(2025, 3, 21, 12, 30, 45, 5e6, time.UTC) }

// difference asks documents of the parser and query.Match and of the reference,
// which knows what the text means; "" when both say the same.
func difference(text string, meaning query.Node, docs []map[string]any) string {
	q, err := query.Parse(text)
	if err != nil {
		return fmt.Sprintf("%s: %v", text, err)
	}
	for _, doc := range docs {
		want := querytest.Match(meaning, doc, seenAt())
		if got := q.MatchAt(doc, seenAt()); got != want {
			return fmt.Sprintf("%s\nread as %s\nmeant as %s\n got %v\nwant %v of\n%v", text, q, meaning, got, want, doc)
		}
	}
	return ""
}

// agree makes up a query and documents, and says whether any was found.
func agree(t *testing.T, g querytest.Generator) bool {
	t.Helper()
	text, meaning := g.Query()
	docs := make([]map[string]any, 5)
	for i := range docs {
		docs[i] = g.Document()
	}
	if text := difference(text, meaning, docs); text != "" {
		t.Fatal(text)
	}
	return slices.ContainsFunc(docs, func(doc map[string]any) bool { return querytest.Match(meaning, doc, seenAt()) })
}

// A query that is not read as it is meant is told.
func TestDifferenceIsFound(t *testing.T) {
	docs := []map[string]any{{"port": 80.0, "host": "a"}, {"port": 443.0, "host": "b"}}
	port := &query.Term{Field: "port", Value: "443"}
	for text, meaning := range map[string]query.Node{
		"port:80":           port,
		"port:>443":         port,
		"host:*":            port,
		"port:443 host:a":   port,
		"NOT port:443":      port,
		"port:443 OR *":     port,
		"port:4430":         port,
		"port:":             port,
		"host:A OR host:/A": &query.Term{Field: "host", Value: "a"},
	} {
		if difference(text, meaning, docs) == "" {
			t.Errorf("%s means %s", text, meaning)
		}
	}
	if text := difference("port:443", port, docs); text != "" {
		t.Error(text)
	}
}

func TestReferenceAgrees(t *testing.T) {
	some, rounds := 0, 3000
	for seed := range rounds {
		if agree(t, querytest.Generator{Rand: rand.New(rand.NewPCG(uint64(seed), 1))}) {
			some++
		}
	}
	if share := some * 100 / rounds; share < 30 || share > 90 {
		t.Errorf("%d %% of the queries find anything", share)
	}
}

// bytesSource is randomness that a fuzzer can turn: a byte a number, spread
// over all bits, because rand draws again where the lowest bits do not suit it.
type bytesSource struct {
	data  []byte
	drawn uint64
}

// Uint64 goes on with zero bytes when the data has run out.
func (s *bytesSource) Uint64() uint64 {
	s.drawn++
	n := s.drawn << 8
	if len(s.data) > 0 {
		n += uint64(s.data[0])
		s.data = s.data[1:]
	}
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9 // splitmix64
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

func FuzzReference(f *testing.F) {
	for seed := range 20 {
		random := rand.NewChaCha8([32]byte{byte(seed)})
		data := make([]byte, 2000)
		if _, err := random.Read(data); err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		agree(t, querytest.Generator{Rand: rand.New(&bytesSource{data: data})})
	})
}
