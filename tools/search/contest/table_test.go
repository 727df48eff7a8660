package contest

import (
	"strings"
	"testing"
	"time"
)

// result is one in which every measure is 1 of its unit, or near.
func result(name string) *Result {
	second := Figures{Wall: time.Second, CPU: time.Second, Documents: 1_000_000, RSS: 1 << 20, Bytes: 1 << 30, Reads: 1, Open: time.Millisecond}
	second.Answers = []Answer{{Question: "*", Hits: 1, First: []string{"a"}, Page: time.Millisecond, Count: time.Millisecond}}
	second.Facets = []Answer{{Question: "tag", First: []string{"nginx 1"}, Count: time.Millisecond}}
	r := &Result{Contestant: name, Documents: 1_000_000, Ingest: second, Small: second, Query: second, Down: second, Read: second, Disk: 1 << 20}
	r.Corpus = Figures{Documents: 1_000_000, Bytes: 1 << 30}
	return r
}

// worse is a Bleve that is ten times as slow and large.
func worse() *Result {
	r := result(Bleve)
	r.Ingest.CPU *= 10
	r.Disk *= 10
	return r
}

func TestVerdicts(t *testing.T) {
	for what, c := range map[string]struct {
		change func(ours, theirs *Result)
		held   bool
		says   string
	}{
		"all well":        {func(_, _ *Result) {}, true, "Both found the same"},
		"too much CPU":    {func(ours, _ *Result) { ours.Ingest.CPU *= 3 }, false, broken},
		"too large":       {func(ours, _ *Result) { ours.Disk *= 4 }, false, broken},
		"slow to open":    {func(ours, _ *Result) { ours.Query.Open = time.Second }, false, broken},
		"one slow query":  {func(ours, _ *Result) { ours.Query.Answers[0].Page = 2 * time.Second }, false, broken},
		"slow download":   {func(ours, _ *Result) { ours.Down.Wall = time.Minute }, false, broken},
		"shut to readers": {func(ours, _ *Result) { ours.Read.Reads = 0 }, false, broken},
		"other hits":      {func(ours, _ *Result) { ours.Query.Answers[0].Hits = 2 }, false, "DIFFERENT: *: 2 and 1 hits"},
		"another page":    {func(ours, _ *Result) { ours.Query.Answers[0].First = []string{"b"} }, false, "DIFFERENT"},
		"other values":    {func(ours, _ *Result) { ours.Query.Facets[0].First = nil }, false, "DIFFERENT: tag"},
		"no facets":       {func(ours, _ *Result) { ours.Query.Facets[0].Left = "not offered" }, true, missing},
	} {
		ours, theirs := result(Portolan), worse()
		c.change(ours, theirs)
		var out strings.Builder
		held, err := Table(&out, []*Result{ours, theirs})
		if err != nil || held != c.held || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: held %v, error %v, want %q in\n%s", what, held, err, c.says, &out)
		}
	}
}

func TestAloneIsNoVerdict(t *testing.T) {
	var out strings.Builder
	if held, err := Table(&out, []*Result{result(Portolan)}); err != nil || !held || !strings.Contains(out.String(), alone) {
		t.Errorf("held %v, error %v:\n%s", held, err, &out)
	}
}
