package sqlite_test

import (
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
)

// TestPasses looks for hidden documents in one pass and in several.
func TestPasses(t *testing.T) {
	shelf := openShelf(t, t.TempDir())
	closeLater(t, shelf)
	for scan := range 3 {
		ix, err := shelf.Create(t.Context(), engine.ScanID(scan))
		must(t, err)
		for n := scan; n < scan+3; n++ { // the next scan has two of three again
			must(t, ix.Append(t.Context(), childReport("x", n)))
		}
	}
	r, err := shelf.Union(t.Context(), []engine.ScanID{0, 1, 2})
	must(t, err)
	want := []int{2 * batch, 2 * batch, 0}
	for _, passes := range []int64{1, 2, 7} {
		got, err := sqlite.Hidden(t.Context(), r, passes)
		must(t, err)
		if !slices.Equal(got, want) {
			t.Errorf("%d passes: %v hidden, want %v", passes, got, want)
		}
	}
}
