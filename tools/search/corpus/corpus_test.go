package corpus_test

import (
	"encoding/json"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/tools/search/corpus"
)

// The documents are the same ones every time, about 1 KB long, of about 50
// field paths, and no two have one key.
func TestDocuments(t *testing.T) {
	const n = 3000
	size, fields, keys := 0, map[string]bool{}, map[string]bool{}
	for i, r := range corpus.Responses(0, n) {
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(corpus.Response(i))
		if err != nil || string(again) != string(data) {
			t.Fatalf("document %d is made up as\n%s\nthen as\n%s", i, data, again)
		}
		var members map[string]any
		if err := json.Unmarshal(data, &members); err != nil {
			t.Fatal(err)
		}
		for path := range query.Leaves(members) {
			fields[path] = true
		}
		keys[r.Key()] = true
		size += len(data)
	}
	if mean := size / n; mean < 950 || mean > 1350 {
		t.Errorf("%d bytes each", mean)
	}
	if len(fields) < 50 || len(fields) > 80 {
		t.Errorf("%d field paths", len(fields))
	}
	if len(keys) != n {
		t.Errorf("%d keys of %d documents", len(keys), n)
	}
	t.Log(size/n, "bytes each,", len(fields), "fields")
}
