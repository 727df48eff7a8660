package indextest

import (
	"context"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func testShelf(t *testing.T, open Open) {
	t.Run("an index that was never made is not found", func(t *testing.T) {
		h := newHarness(t, open, t.TempDir())
		_, err := h.shelf.Open(t.Context(), 7)
		h.wantKind("open", err, engine.NotFound)
	})
	t.Run("creating twice keeps what is there", func(t *testing.T) {
		h := newHarness(t, open, t.TempDir())
		h.append(engine.Report{Responses: sample()[:3]})
		again, err := h.shelf.Create(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		h.index = again
		if n := h.count("*"); n != 3 {
			t.Errorf("%d documents after creating again, want 3", n)
		}
	})
	t.Run("everything is there after opening again", func(t *testing.T) { testReopening(t, open) })
	t.Run("many indices at once", func(t *testing.T) { testMany(t, open) })
	t.Run("a cancelled caller gets an error", func(t *testing.T) {
		h := newHarness(t, open, t.TempDir())
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := h.index.Append(ctx, engine.Report{Responses: sample()[:1]}); err == nil {
			t.Error("append with a cancelled context succeeded")
		}
		if n := h.count("*"); n != 0 {
			t.Errorf("%d documents, want none", n)
		}
	})
}

func testReopening(t *testing.T, open Open) {
	dir := t.TempDir()
	first := open(t, dir)
	ix, err := first.Create(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	h := harness{TB: t, shelf: first, index: ix}
	h.append(fullReport())
	before := h.progress()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := newHarness(t, open, dir)
	if after := again.progress(); after != before {
		t.Errorf("progress after opening again:\n got %+v\nwant %+v", after, before)
	}
	if n, want := again.count("host:*"), before.Documents; n != want {
		t.Errorf("host:* finds %d after opening again, want %d", n, want)
	}
}

// testMany opens more indices than an implementation will keep open.
func testMany(t *testing.T, open Open) {
	const many = 40
	h := newHarness(t, open, t.TempDir())
	one := sample()[:1]
	for id := engine.ScanID(1); id <= many; id++ {
		ix, err := h.shelf.Create(t.Context(), id)
		if err != nil {
			t.Fatalf("create %d: %v", id, err)
		}
		h.index = ix
		h.append(engine.Report{ScanID: id, Responses: one})
	}
	for id := engine.ScanID(1); id <= many; id++ {
		ix, err := h.shelf.Open(t.Context(), id)
		if err != nil {
			t.Fatalf("open %d: %v", id, err)
		}
		h.index = ix
		if n := h.count("*"); n != 1 {
			t.Errorf("index %d has %d documents, want 1", id, n)
		}
	}
}
