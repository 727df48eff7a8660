package probetest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Recorded reads what a server said from the package's testdata.
func Recorded(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// Block gives a response's block, which must be a T.
func Block[T any](tb testing.TB, r engine.Response, name string) T {
	tb.Helper()
	block, ok := r.Blocks[name].(T)
	if !ok {
		tb.Fatalf("block %q is %#v", name, r.Blocks[name])
	}
	return block
}
