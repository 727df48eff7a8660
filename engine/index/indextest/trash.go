package indextest

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func testTrash(t *testing.T, open Open) {
	t.Run("out of sight and back", func(t *testing.T) { testRestore(t, open) })
	t.Run("every step twice", func(t *testing.T) { testTwice(t, open) })
	t.Run("purged for good", func(t *testing.T) { testPurge(t, open) })
	t.Run("restoring what is not there", func(t *testing.T) {
		h := newHarness(t, open, t.TempDir())
		h.wantKind("restore", h.shelf.Restore(t.Context(), 9), engine.NotFound)
	})
	t.Run("in use by another process", func(t *testing.T) { testTrashInUse(t, open) })
}

func testRestore(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	h.append(fullReport())
	before := h.progress()
	h.must("trash", h.shelf.Trash(t.Context(), 1))
	_, err := h.shelf.Open(t.Context(), 1)
	h.wantKind("open what is in the trash", err, engine.NotFound)
	h.wantKind("append to what is in the trash", h.index.Append(t.Context(), fullReport()), engine.NotFound)
	h.must("restore", h.shelf.Restore(t.Context(), 1))
	if after := h.progress(); after != before {
		t.Errorf("restored:\n got %+v\nwant %+v", after, before)
	}
	h.append(engine.Report{Responses: sample()[50:51]})
	if n := h.count("host:*"); n != before.Documents+1 {
		t.Errorf("%d documents after appending to a restored index, want %d", n, before.Documents+1)
	}
}

func (h harness) must(what string, err error) {
	h.Helper()
	if err != nil {
		h.Fatalf("%s: %v", what, err)
	}
}

func testTwice(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	h.append(fullReport())
	for range 2 {
		h.must("trash", h.shelf.Trash(t.Context(), 1))
	}
	for range 2 {
		h.must("restore", h.shelf.Restore(t.Context(), 1))
	}
	if n := h.count("*"); n == 0 {
		t.Error("nothing left after trash and restore, each twice")
	}
	h.must("trash what never was", h.shelf.Trash(t.Context(), 5))
	h.must("purge what never was", h.shelf.Purge(t.Context(), 5))
}

func testPurge(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	for id := engine.ScanID(1); id <= 2; id++ {
		_, err := h.shelf.Create(t.Context(), id)
		h.must("create", err)
	}
	h.must("trash", h.shelf.Trash(t.Context(), 1))
	for range 2 {
		h.must("purge from the trash", h.shelf.Purge(t.Context(), 1))
		h.must("purge from the shelf", h.shelf.Purge(t.Context(), 2))
	}
	for id := engine.ScanID(1); id <= 2; id++ {
		_, err := h.shelf.Open(t.Context(), id)
		h.wantKind("open what was purged", err, engine.NotFound)
		h.wantKind("restore what was purged", h.shelf.Restore(t.Context(), id), engine.NotFound)
	}
}

// testTrashInUse moves an index while another shelf on the folder has it open.
func testTrashInUse(t *testing.T, open Open) {
	dir := t.TempDir()
	h, other := newHarness(t, open, dir), newHarness(t, open, dir)
	other.append(fullReport())
	want := other.progress()
	h.must("trash", h.shelf.Trash(t.Context(), 1))
	late := engine.Report{Responses: sample()[50:60]}
	h.wantKind("append by the other", other.index.Append(t.Context(), late), engine.NotFound)
	_, err := other.index.Count(t.Context(), parse(t, "*"))
	h.wantKind("count by the other", err, engine.NotFound)
	h.must("restore", h.shelf.Restore(t.Context(), 1))
	for _, side := range []harness{h, other} {
		if got := side.progress(); got != want {
			t.Errorf("restored:\n got %+v\nwant %+v", got, want)
		}
	}
	other.append(late)
	if got, want := h.count("host:*"), want.Documents+10; got != want {
		t.Errorf("%d documents after the other appended again, want %d", got, want)
	}
}
