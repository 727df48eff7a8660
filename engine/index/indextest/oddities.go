package indextest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// testOddities searches documents as only a hostile host would make them: names
// with dots, empty names, names by the thousand, values that go too deep.
func testOddities(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	responses := oddDocuments()
	h.append(engine.Report{Responses: responses[:4]})
	h.append(engine.Report{Responses: responses[4:]})
	h.append(engine.Report{Responses: responses})
	compareOddities(h, newOracle(t, responses))
	for i := range responses {
		responses[i].Blocks["odd"] = fmt.Sprintf("plain %d", i)
	}
	h.append(engine.Report{Responses: responses})
	compareOddities(h, newOracle(t, responses))
	if n := h.progress().Documents; n != len(responses) {
		t.Errorf("%d documents, want %d", n, len(responses))
	}
}

func compareOddities(h harness, o oracle) {
	h.Helper()
	for _, text := range []string{
		`*`, `odd:*`, `odd.a:*`, `odd.a.b:x`, `odd.a.b.c:y`, `odd.:*`, `odd.:x`, `.odd:*`, `odd..b:x`, `odd.b:x`, `NOT odd.b:x`, `NOT odd:*`,
		`odd.keyword:z`, `odd.text.keyword:short`, `odd.text.keyword:hidden`, `odd.text:short`, `odd.deep` + strings.Repeat(".d", 55) + `:bottom`, `odd.deep:*`, `odd.deep.d:*`,
		`odd.field_00001:v`, `odd.field_11999:v`, `odd.field_11999:*`, `NOT odd.field_11999:v`, `odd.field_11\*:v`, `late.field:v`, `NOT late.field:v`, `late:*`,
		`http.title:nul`, `http.title:"a b"`, `http.title.keyword:"nul` + "\x00" + `byte"`, `host:*example*`, `\*:v`, `odd.\*:x`, `http.title:"` + strings.Repeat("w", 600) + `"`, `http.title:` + strings.Repeat("w", 200) + `*`,
		`odd.sign:"~ ^A \"quoted\" '; DROP TABLE doc; --"`, `odd.sign.keyword:"~ ^A \"quoted\" '; DROP TABLE doc; --"`, `odd.sign.keyword:\~*`, `odd.some_hash:"A b"`, `odd.some_hash:"a b"`, `odd.some_hash:A*`,
	} {
		o.compare(h, text)
	}
}

func oddDocuments() (responses []engine.Response) {
	crowd := map[string]any{}
	for i := range 12_000 {
		crowd[fmt.Sprintf("field_%05d", i)] = "v"
	}
	var deep any = "bottom"
	for range 55 {
		deep = map[string]any{"d": deep}
	}
	for i, odd := range []any{
		map[string]any{"a.b": "x", "a": map[string]any{"b.c": "y"}},
		map[string]any{"a": map[string]any{"b": map[string]any{"c": "y"}}, "b": "x"},
		map[string]any{"": "x", "b": []any{nil, []any{[]any{"x"}}}},
		map[string]any{"": map[string]any{"b": "x"}},
		map[string]any{"keyword": "z", "text": map[string]any{"keyword": "hidden"}},
		map[string]any{"text": "short"},
		map[string]any{"deep": deep},
		map[string]any{"sign": `~ ^A "quoted" '; DROP TABLE doc; --`, "some_hash": "A b"},
		crowd,
		"plain",
		nil,
	} {
		r := page(i, []string{"nul\x00byte", "a\x00b", "a\nb\u2028c", strings.Repeat("w", 600)}[i%4], "x\xff", 200)
		r.Blocks["odd"] = odd
		responses = append(responses, r)
	}
	last := page(100, "last", "x", 200)
	last.Blocks["late"] = map[string]any{"field": "v"}
	return append(responses, last)
}
