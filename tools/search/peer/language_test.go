package peer_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/engine/query/querytest"
	"github.com/portolan-io/terraform-provider-portolan/tools/search/peer"
)

// suites is the text suite of the search language.
const suites = "../../../engine/query/testdata"

// incomparable says of which queries of the suite Bleve finds other documents, and why.
func incomparable() map[string]string {
	const swap = "Bleve counts neighbours that have changed places as two edits, Lucene as one:"
	return map[string]string{
		"host:ogggle.com~1": swap,
		"host:ggogle.com~1": swap,

		"http.body:naive~1": "Bleve finds no letter beyond ASCII in place of another",
		"http.body:σίσυφοσ": "Bleve lower-cases the last sigma of a word to its final form, Lucene does not",
	}
}

// TestLanguage asks Bleve every case of the suite, after translating it to
// Bleve's own queries. Each agrees with the suite, or cannot be asked, or is
// listed above; one that is listed and agrees is an error.
func TestLanguage(t *testing.T) {
	all, err := querytest.Read(suites)
	if err != nil {
		t.Fatal(err)
	}
	unseen, counts := incomparable(), map[string]int{}
	for _, suite := range all {
		ix := indexOf(t, suite.Documents)
		for _, c := range suite.Cases {
			where := fmt.Sprintf("%s.test:%d: %s", suite.Name, c.Line, c.Query)
			outcome, detail := compare(t, ix, suite, c)
			why, listed := incomparable()[c.Query]
			delete(unseen, c.Query)
			switch {
			case outcome == agrees && listed:
				t.Errorf("%s: agrees, and is listed as: %s", where, why)
			case outcome == differs && !listed:
				t.Errorf("%s: %s", where, detail)
			case outcome == differs || outcome == cannot:
				t.Logf("%s: left out: %s", where, strings.TrimSpace(why+" "+detail))
			}
			counts[outcome]++
		}
	}
	for text := range unseen {
		t.Errorf("%s is listed and not in the suite", text)
	}
	t.Logf("%v", counts)
	if counts[agrees] < 300 {
		t.Errorf("only %d cases are compared", counts[agrees])
	}
}

// How a case may end.
const (
	agrees  = "agree"
	differs = "differ, with a reason"
	cannot  = "cannot be asked"
	refused = "refused by the parser"
)

func indexOf(t *testing.T, documents []querytest.Document) *peer.Index {
	t.Helper()
	ix, err := peer.Create("", peer.Options{Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	var all []peer.Document
	for _, d := range documents {
		all = append(all, peer.Document{Name: d.Name, JSON: d.JSON})
	}
	if err := ix.Add(all); err != nil {
		t.Fatal(err)
	}
	return ix
}

func compare(t *testing.T, ix *peer.Index, suite querytest.Suite, c querytest.Case) (outcome, detail string) {
	t.Helper()
	if c.Refusal != nil {
		return refused, ""
	}
	q, err := query.Parse(c.Query)
	if err != nil {
		t.Fatal(err)
	}
	names, err := ix.First(t.Context(), querytest.Pin(q, suite.Now), len(suite.Documents))
	var unsupported *peer.UnsupportedError
	if errors.As(err, &unsupported) {
		return cannot, err.Error()
	}
	if err != nil {
		return differs, err.Error()
	}
	want := slices.Sorted(slices.Values(c.Want))
	if slices.Sort(names); !slices.Equal(names, want) {
		return differs, fmt.Sprintf("Bleve finds %v, the suite wants %v", names, want)
	}
	return agrees, ""
}
