package query_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/engine/query/querytest"
)

func seeds(f *testing.F) (queries, docs []string) {
	f.Helper()
	queries = realQueries(f)
	suites, err := querytest.Read("testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range suites {
		for _, d := range s.Documents {
			docs = append(docs, string(d.JSON))
		}
		for _, c := range s.Cases {
			queries = append(queries, c.Query)
		}
	}
	return queries, docs
}

// FuzzParse wants: no panic, only SyntaxErrors with a column inside the text,
// and what parses prints to something that parses to the same tree.
func FuzzParse(f *testing.F) {
	queries, _ := seeds(f)
	for _, text := range append(queries, `(a`, `a\`, `"\u00e9"~2^3`, `[a TO b}`, `:::`, `f:[" TO \*]`, `a~0.5^2`, `/"[]/`, `!-+NOT a`) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := query.Parse(text)
		if err != nil {
			checkSyntaxError(t, text, err)
			return
		}
		printed := q.String()
		again, err := query.Parse(printed)
		if len(printed) > query.MaxLength {
			return // a group's field is printed once per term
		}
		if err != nil {
			t.Fatalf("%q printed as %q: %v", text, printed, err)
		}
		if !reflect.DeepEqual(again.Root, q.Root) || again.String() != printed {
			t.Fatalf("%q printed as %q, then as %q", text, printed, again)
		}
	})
}

func checkSyntaxError(t *testing.T, text string, err error) {
	t.Helper()
	var syntax *query.SyntaxError
	if !errors.As(err, &syntax) {
		t.Fatalf("%q: %T is not a SyntaxError", text, err)
	}
	if syntax.Column < 1 || syntax.Column > len([]rune(text))+1 || syntax.Message == "" {
		t.Fatalf("%q: %#v", text, syntax)
	}
}

// FuzzMatch wants: no panic, the same answer for both decodings of numbers, for
// the printed query, and the opposite answer for its negation.
func FuzzMatch(f *testing.F) {
	queries, docs := seeds(f)
	for i, text := range queries {
		f.Add(text, docs[i%len(docs)])
	}
	now := time.Date(2025, 3, 21, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text, raw string) {
		var doc, exact map[string]any
		if decode(raw, false, &doc) != nil || decode(raw, true, &exact) != nil {
			return
		}
		q, err := query.Parse(text)
		if err != nil {
			return
		}
		found := q.MatchAt(doc, now)
		not := &query.Query{Root: &query.Boolean{MustNot: []query.Node{q.Root}}}
		if not.MatchAt(doc, now) == found {
			t.Fatalf("%q and its negation agree on %s", text, raw)
		}
		if q.All() && !found {
			t.Fatalf("%q is everything but does not match %s", text, raw)
		}
		q.MatchAt(exact, now) // numbers of 300 digits may differ, a panic may not
	})
}

func benchmarkDocument(b *testing.B) map[string]any {
	b.Helper()
	body := strings.Repeat("<p>The quick brown fox jumps over the lazy dog, 1,234 times.</p>\n", 1500)
	doc := map[string]any{
		"host": "www.example.com", "ip": "10.1.2.3", "port": 443.0, "prot7": "http", "protocol": "https",
		"@timestamp": "2025-03-21T12:00:00.000Z",
		"http":       map[string]any{"status_code": 404.0, "title": "Not Found", "body": body, "headers": map[string]any{"server": []any{"nginx/1.18.0"}}},
		"tag":        []any{map[string]any{"name": "nginx", "nginx": map[string]any{"version": "1.18.0"}}},
	}
	return doc
}

const benchmarkQuery = `host:*.example.com AND http.status_code:[400 TO 499] AND ip:"10.0.0.0/8" AND NOT tag.name:(apache OR iis) AND tag.nginx.version:<1.20`

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := query.Parse(benchmarkQuery); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseRealQueries(b *testing.B) {
	queries := realQueries(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, text := range queries {
			if _, err := query.Parse(text); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func benchmarkMatch(b *testing.B, text string) {
	b.Helper()
	q, err := query.Parse(text)
	if err != nil {
		b.Fatal(err)
	}
	doc := benchmarkDocument(b)
	b.ReportAllocs()
	for b.Loop() {
		if !q.Match(doc) {
			b.Fatal("no match")
		}
	}
}

func BenchmarkMatch(b *testing.B) { benchmarkMatch(b, benchmarkQuery) }

// The body has 98 kB.
func BenchmarkMatchBody(b *testing.B) {
	benchmarkMatch(b, `http.body:"lazy dog" AND NOT http.body:cat`)
}

func BenchmarkMatchManyQueriesOneDocument(b *testing.B) {
	var queries []*query.Query
	for _, text := range realQueries(b) {
		q, err := query.Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		queries = append(queries, q)
	}
	doc := benchmarkDocument(b)
	b.ReportAllocs()
	for b.Loop() {
		d := query.NewDocument(doc, time.Unix(0, 0))
		for _, q := range queries {
			q.MatchDocument(d)
		}
	}
}

// Hostile queries and documents of the largest size take no more than linear
// time; a quadratic or worse step would make this test run for minutes.
func TestHostileInputIsQuick(t *testing.T) {
	long := strings.Repeat("a", 100_000)
	var deep any = "x"
	for range 5_000 {
		deep = []any{map[string]any{"a": deep, "a.a": "y", "a.a.a": map[string]any{"a.a": "z"}}}
	}
	doc := map[string]any{"host": long, "uri": long, "http": map[string]any{"body": strings.Repeat("a ", 50_000), "title": long}, "a": deep}
	for _, text := range []string{
		"host:" + strings.Repeat("*a", 400) + "b",
		"host:/" + strings.Repeat("(a*)*", 100) + "b/",
		"host:/(a|aa)+b/",
		`http.body:"` + strings.Repeat("a ", 30_000) + `b"`,
		`http.body:"` + strings.Repeat("a ", 63) + `b"~9`,
		`http.body:"` + strings.Repeat("a ", 63) + `a"~9`,
		strings.Repeat("a.", 250) + "a:x",
		`\*.a:x`,
		strings.Repeat("http.body:x ", 1024),
		strings.Repeat(`"`, 64<<10),
		strings.Repeat(`\`, 64<<10),
		strings.Repeat("~1", 32<<10),
		strings.Repeat("a~1", 21<<10),
		strings.Repeat("f:x~", 16<<10),
	} {
		q, err := query.Parse(text)
		if err != nil {
			checkSyntaxError(t, text, err)
			continue
		}
		q.Match(doc)
	}
}

// What is far too large is refused before it costs anything.
func BenchmarkRefuse(b *testing.B) {
	for name, text := range map[string]string{
		"megabyte": strings.Repeat("port:80 ", 1<<17),
		"nesting":  strings.Repeat("(", 10_000) + "a" + strings.Repeat(")", 10_000),
		"terms":    strings.Repeat("a OR ", 13_000),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := query.Parse(text); err == nil {
					b.Fatal("accepted")
				}
			}
		})
	}
}
