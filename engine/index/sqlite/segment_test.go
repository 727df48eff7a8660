package sqlite_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
)

// TestSegments stores documents in many reports, changes some of them again and again,
// and holds the terms against the documents: after merges, and with segments in which
// some of them are stale.
func TestSegments(t *testing.T) {
	const reports = 150
	ix := newIndex(t)
	for n := range reports {
		var report engine.Report
		add := func(host int, title string) {
			r := document(fmt.Sprintf("host-%d.example.com", host), title, 200+n%7)
			r.IP = "10.0.0.1"
			report.Responses = append(report.Responses, r)
		}
		for i := range 3 {
			add(n*2+i, fmt.Sprintf("Page %d of page %d", n, i)) // the last one comes again
		}
		if n%5 == 0 { // an old one again, and twice in a report
			add(0, fmt.Sprintf("page page Changed %d", n))
			add(0, fmt.Sprintf("Page changed %d", n))
		}
		must(t, ix.Append(t.Context(), report))
		if n%29 == 0 {
			checkTerms(t, ix)
		}
	}
	if segments := checkTerms(t, ix); segments > 3*8 {
		t.Errorf("%d segments of %d reports", segments, reports)
	}
	for text, want := range map[string]int{
		"*": 2*reports + 1, `http.title:changed`: 1, `http.title:"page changed"`: 1, `http.title:"page page"`: 0, `http.title:"of page"`: 2 * reports, `http.status_code:404`: 0,
	} {
		if n := count(t, ix, text); n != want {
			t.Errorf("%s: %d, want %d", text, n, want)
		}
	}
}

func checkTerms(t *testing.T, ix index.Index) (segments int) {
	t.Helper()
	segments, err := sqlite.CheckTerms(t.Context(), ix)
	must(t, err)
	return segments
}

// FuzzBlock reads blocks of any bytes: they are read, or damaged, and nothing else.
func FuzzBlock(f *testing.F) {
	f.Add(sqlite.Block(2, false, "a", "ab", "b"))
	f.Add(sqlite.Block(3, true, "aa", "ab"))
	f.Add(sqlite.Block(40, true, "a"))
	f.Add(sqlite.Block(1000, true, "a", "b"))
	f.Fuzz(func(t *testing.T, plain []byte) {
		if n, err := sqlite.ReadBlock(plain); err != nil && !errors.Is(err, sqlite.Damaged) || n > 1<<24 {
			t.Errorf("%d postings, %v", n, err)
		}
	})
}
