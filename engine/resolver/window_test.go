package resolver_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
)

// TestWindow plays rounds of questions of which a share is lost.
func TestWindow(t *testing.T) {
	w := resolver.NewWindow(1000)
	round := func(share int) int {
		size := w.Size()
		for range size {
			if err := w.Enter(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for i := range size {
			w.Leave(share > 0 && i%share == 0)
		}
		return w.Size()
	}
	for i, step := range []struct{ lost, want int }{
		{0, 256}, {0, 512}, {0, 1000}, {0, 1000}, // doubles, up to the most
		{50, 1000},         // one in 50 is some dead names
		{2, 500}, {2, 250}, // half is too much
		{0, 281}, {20, 316}, // grows slowly from then on
		{1, 158}, {1, 128}, {1, 128}, // never below the first
	} {
		if got := round(step.lost); got != step.want {
			t.Fatalf("round %d: %d may go out, want %d", i, got, step.want)
		}
	}
}
