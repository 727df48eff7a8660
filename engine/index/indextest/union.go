package indextest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// at gives a page of host n as it was in some minute.
func at(n, minute int, title string, status int) engine.Response {
	r := page(n, title, "nginx", status)
	r.LastUpdate = time.Date(2025, 6, 1, 0, minute, 0, 0, time.UTC).Format("2006-01-02T15:04:05.000Z")
	return r
}

// testUnion reads three scans of the same hosts. A newer document hides an older
// one even if only the older one matches.
func testUnion(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	scans := map[engine.ScanID][]engine.Response{
		1: {at(1, 1, "old", 200), at(2, 5, "stays", 200), at(3, 1, "old", 404), at(6, 1, "same", 200)},
		2: {at(1, 2, "middle", 200), at(2, 3, "earlier", 500), at(4, 4, "alone", 200), at(6, 1, "same later scan", 500)},
		3: {at(1, 3, "new", 500), at(3, 2, "new", 200), at(5, 9, "alone", 404)},
	}
	for id, responses := range scans {
		ix, err := h.shelf.Create(t.Context(), id)
		h.must("create", err)
		h.must("append", ix.Append(t.Context(), engine.Report{Responses: responses}))
	}
	union := func(ids ...engine.ScanID) index.Reader {
		r, err := h.shelf.Union(t.Context(), ids)
		h.must("union", err)
		return r
	}
	visible := []engine.Response{scans[3][2], scans[1][1], scans[2][2], scans[3][0], scans[3][1], scans[2][3]} // newest first
	for _, order := range [][]engine.ScanID{{1, 2, 3}, {3, 1, 2, 1, 3}} {
		compareUnion(h, union(order...), visible)
	}
	wantList(t, "1 and 2", titles(h, union(1, 2), "*"), []string{"stays", "alone", "middle", "same later scan", "old"})
	wantList(t, "one alone", titles(h, union(2, 2), "*"), []string{"alone", "earlier", "middle", "same later scan"})
	_, err := h.shelf.Union(t.Context(), []engine.ScanID{1, 99})
	h.wantKind("union with a missing index", err, engine.NotFound)

	ix, err := h.shelf.Open(t.Context(), 1)
	h.must("open", err)
	h.must("append", ix.Append(t.Context(), engine.Report{Responses: []engine.Response{at(5, 10, "seen again", 200)}}))
	wantList(t, "after a change", titles(h, union(1, 2, 3), "*"), []string{"seen again", "stays", "alone", "new", "new", "same later scan"})
}

func compareUnion(h harness, r index.Reader, visible []engine.Response) {
	h.Helper()
	o := newOracle(h, visible)
	for _, text := range []string{"*", "http.status_code:200", "http.status_code:[400 TO 599]", "http.title:old", "http.title:new", "NOT http.title:new", "http.title:/.*a.*/", `http.title:"same scan"~3`} {
		q := parse(h, text)
		want := o.search(q)
		n, err := r.Count(h.Context(), q)
		h.must("count", err)
		if n != len(want) {
			h.Errorf("count %s: got %d, want %d", text, n, len(want))
		}
		for offset := range len(want) + 2 {
			got := uris(h, r.Search(h.Context(), q, offset))
			wantList(h, fmt.Sprintf("search %s from %d", text, offset), got, want[min(offset, len(want)):])
		}
		all := uris(h, r.Documents(h.Context(), q, 0))
		wantList(h, "documents from 1 "+text, uris(h, r.Documents(h.Context(), q, 1)), all[min(1, len(all)):])
		slices.Sort(all)
		slices.Sort(want)
		wantList(h, "documents "+text, all, want)
		wantBuckets(h, "facet "+text, h.facet(r, text, []string{"http.status_code"}, 0), o.facetOf(q, []string{"http.status_code"}))
	}
}

func titles(h harness, r index.Reader, text string) (list []string) {
	h.Helper()
	for document, err := range r.Search(h.Context(), parse(h, text), 0) {
		h.must("search", err)
		list = append(list, titleOf(h, document))
	}
	return list
}

// testStored reads documents in the order they were stored, while more come and some
// are replaced.
func testStored(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	var want []string
	for n := range 150 {
		r := page(n, fmt.Sprintf("page %d", n), "nginx", 200)
		want = append(want, r.URI)
		h.append(engine.Report{Responses: []engine.Response{r}})
	}
	h.append(engine.Report{Responses: []engine.Response{at(3, 1, "replaced", 404), at(140, 1, "replaced", 404)}})
	q := parse(t, "*")
	for _, offset := range []int{0, 1, 31, 32, 64, 149, 150, 1000} {
		wantList(t, fmt.Sprintf("from %d", offset), uris(h, h.index.Documents(t.Context(), q, offset)), want[min(offset, len(want)):])
	}
	replaced := uris(h, h.index.Documents(t.Context(), parse(t, "http.title:replaced"), 0))
	wantList(t, "replaced", replaced, []string{want[3], want[140]})
	for n := 150; n < 170; n++ {
		r := page(n, "late", "nginx", 200)
		want = append(want, r.URI)
		h.append(engine.Report{Responses: []engine.Response{r, r}})
	}
	wantList(t, "what came later", uris(h, h.index.Documents(t.Context(), q, 150)), want[150:])
}
