package sqlite_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// many gives n documents of about 1 KB.
func many(n int) []engine.Response {
	responses := make([]engine.Response, n)
	for i := range responses {
		words := []string{"GitLab", "Jenkins", "Index of /", "Welcome"}
		responses[i] = document(fmt.Sprintf("host-%d.example.com", i), fmt.Sprintf("%s %d", words[i%4], i%97), 200+i%300)
	}
	return responses
}

// BenchmarkAppend commits reports of 50 documents.
func BenchmarkAppend(b *testing.B) {
	const size = 50
	ix := newIndex(b)
	responses := many(size * b.N)
	b.ResetTimer()
	for batch := range slices.Chunk(responses, size) {
		must(b, ix.Append(b.Context(), engine.Report{Responses: batch}))
	}
	b.ReportMetric(float64(size*b.N)/b.Elapsed().Seconds(), "docs/s")
}

func newIndex(b testing.TB) index.Index {
	b.Helper()
	shelf := openShelf(b, b.TempDir())
	closeLater(b, shelf)
	ix, err := shelf.Create(b.Context(), 1)
	must(b, err)
	return ix
}

// BenchmarkSearch counts, and reads the first 20, in an index of 20,000 documents.
func BenchmarkSearch(b *testing.B) {
	ix := newIndex(b)
	for batch := range slices.Chunk(many(20_000), 1000) {
		must(b, ix.Append(b.Context(), engine.Report{Responses: batch}))
	}
	for _, text := range []string{
		"*", "host:host-777.example.com", "host:*.example.com", "http.status_code:[400 TO 499]", "ip:10.0.0.0/12", `http.title:"index of"`, "http.title:git*",
		"http.status_code:404 AND ip:10.0.0.0/8 AND NOT http.title:gitlab", "host:*77*", "host:/host-1.*/",
	} {
		q, err := query.Parse(text)
		must(b, err)
		b.Run("count "+text, func(b *testing.B) {
			for b.Loop() {
				_, err := ix.Count(b.Context(), q)
				must(b, err)
			}
		})
		b.Run("first 20 "+text, func(b *testing.B) {
			for b.Loop() {
				firstPage(b, ix, q)
			}
		})
	}
}

func firstPage(b *testing.B, ix index.Index, q *query.Query) {
	b.Helper()
	n := 0
	for _, err := range ix.Search(b.Context(), q, 0) {
		must(b, err)
		if n++; n == 20 {
			return
		}
	}
}
