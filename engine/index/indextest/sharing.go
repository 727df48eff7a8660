package indextest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// testSharing appends from many goroutines through two shelves on one folder, with
// overlapping documents, while others search.
func testSharing(t *testing.T, open Open) {
	const writers, reports, size = 6, 8, 10
	dir := t.TempDir()
	sides := []harness{newHarness(t, open, dir), newHarness(t, open, dir)}
	sides[0].addTasks(writers * reports)
	var all sync.WaitGroup
	for w := range writers {
		h := sides[w%2]
		all.Go(func() {
			for r := range reports {
				h.append(sharedReport(w, r, size))
				h.append(sharedReport(w/2, r, size)) // what a task says that was given out twice
			}
		})
		all.Go(func() {
			for range reports {
				if found, documents := h.count("port:*"), h.count("*"); found > documents {
					h.Errorf("port:* finds %d of %d documents", found, documents)
				}
			}
		})
	}
	all.Wait()
	for i, h := range sides {
		p := h.progress()
		if p.Documents != writers*reports*size || p.Done != writers*reports || p.Failed != 0 {
			t.Errorf("shelf %d: %+v", i, p)
		}
		if n := h.count("host:* AND NOT host:nobody"); n != p.Documents {
			t.Errorf("shelf %d finds %d of %d documents", i, n, p.Documents)
		}
		if n := h.count(fmt.Sprintf("only_writer_%d.mark:yes", writers-1)); n != reports*size {
			t.Errorf("shelf %d finds %d documents of the last writer by its own field, want %d", i, n, reports*size)
		}
	}
}

// sharedReport is what writer says in one report, always the same. Each writer
// has a field of its own, so that the names of fields are contended too.
func sharedReport(writer, report, size int) engine.Report {
	responses := make([]engine.Response, size)
	for i := range responses {
		responses[i] = page(1000*writer+100*report+i, "shared", "nginx", 200)
		responses[i].Blocks[fmt.Sprintf("only_writer_%d", writer)] = map[string]any{"mark": "yes"}
	}
	return engine.Report{TaskID: engine.TaskID(8*writer + report + 1), Attempt: 1, Responses: responses, Done: true}
}
