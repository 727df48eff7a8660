package policy_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// FuzzReadBaseline: what can be read is written the same again.
func FuzzReadBaseline(f *testing.F) {
	f.Add(`{"version":1,"findings":[{"id":"aa","rule":"x.a","severity":"high","title":"A","target":"192.0.2.1","port":80,"path":"/","first_seen":"2026-11-25T00:00:00Z"}]}`)
	f.Add(`{"version":1,"findings":null}`)
	f.Fuzz(func(t *testing.T, text string) {
		b, err := policy.ReadBaseline(strings.NewReader(text), "b.json")
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := policy.WriteBaseline(&first, b); err != nil {
			return // a year that JSON has no form for
		}
		again, err := policy.ReadBaseline(bytes.NewReader(first.Bytes()), "b.json")
		if err != nil || policy.WriteBaseline(&second, again) != nil || first.String() != second.String() {
			t.Fatalf("%q is written as %q, which is %q, %v", text, &first, &second, err)
		}
	})
}
