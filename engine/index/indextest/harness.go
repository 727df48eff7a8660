package indextest

import (
	"encoding/json"
	"iter"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// harness is an index under test, with calls that fail the test instead of
// giving an error. They may be used from any goroutine.
type harness struct {
	testing.TB

	shelf index.Shelf
	index index.Index
}

// newHarness opens a shelf in dir with the index of scan 1.
func newHarness(t testing.TB, open Open, dir string) harness {
	t.Helper()
	shelf := open(t, dir)
	t.Cleanup(func() {
		if err := shelf.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	ix, err := shelf.Create(t.Context(), 1)
	if err != nil {
		t.Fatalf("create: %v", err)
	}
	return harness{TB: t, shelf: shelf, index: ix}
}

func (h harness) append(report engine.Report) {
	h.Helper()
	if err := h.index.Append(h.Context(), report); err != nil {
		h.Errorf("append: %v", err)
	}
}

func (h harness) progress() index.Progress {
	h.Helper()
	p, err := h.index.Progress(h.Context())
	if err != nil {
		h.Errorf("progress: %v", err)
	}
	return p
}

func (h harness) count(text string) int {
	h.Helper()
	n, err := h.index.Count(h.Context(), parse(h, text))
	if err != nil {
		h.Errorf("count %s: %v", text, err)
	}
	return n
}

// search gives the URIs found, in the order they came.
func (h harness) search(text string, offset int) []string {
	h.Helper()
	return uris(h, h.index.Search(h.Context(), parse(h, text), offset))
}

func uris(t testing.TB, documents iter.Seq2[index.Document, error]) (list []string) {
	t.Helper()
	for document, err := range documents {
		if err != nil {
			t.Errorf("read documents: %v", err)
			return nil
		}
		list = append(list, uriOf(t, document))
	}
	return list
}

// shown is what tests look at of a document.
type shown struct {
	URI  string `json:"uri"`
	HTTP struct {
		Title string `json:"title"`
	} `json:"http"`
}

func show(t testing.TB, document index.Document) (s shown) {
	t.Helper()
	if err := json.Unmarshal(document.Data, &s); err != nil {
		t.Errorf("decode document: %v", err)
	}
	return s
}

func uriOf(t testing.TB, document index.Document) string { return show(t, document).URI }

func titleOf(t testing.TB, document index.Document) string { return show(t, document).HTTP.Title }

func (h harness) findings(filter index.FindingFilter) (found []engine.Finding) {
	h.Helper()
	for finding, err := range h.index.Findings(h.Context(), filter, 0) {
		if err != nil {
			h.Errorf("findings: %v", err)
			return nil
		}
		found = append(found, finding)
	}
	return found
}

func (h harness) task(id engine.TaskID) (engine.Task, engine.TaskState) {
	h.Helper()
	task, state, err := h.index.Task(h.Context(), id)
	if err != nil {
		h.Errorf("task %d: %v", id, err)
	}
	return task, state
}

// wantKind fails the test unless err is of a kind.
func (h harness) wantKind(what string, err error, kind engine.Kind) {
	h.Helper()
	if got := engine.KindOf(err); got != kind {
		h.Errorf("%s: error %v is %q, want %q", what, err, got, kind)
	}
}

func parse(t testing.TB, text string) *query.Query {
	t.Helper()
	q, err := query.Parse(text)
	if err != nil {
		t.Fatalf("parse %s: %v", text, err)
	}
	return q
}

func wantList[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}
