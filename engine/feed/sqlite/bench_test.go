package sqlite_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
)

// manyFlaws puts a thousand into a feed, all of one product and in ranges, as a kernel or a
// browser has them.
func manyFlaws(sink feed.Sink) error {
	name := cpe.Software(cpe.Application, "example", "kernel", "")
	for i := range 1000 {
		end := fmt.Sprintf("5.%d.%d", i/10, i%10)
		f := feed.Flaw{
			ID: feed.ID(2024_000_000_000_000 + int64(i)), Modified: time.Unix(1, 0), Score: float64(i%100) / 10, Severity: engine.High,
			Description: "In the kernel something was resolved that should have been resolved before, at some length, as such texts are.",
			Conditions:  []feed.Condition{{Criteria: []feed.Criterion{{Vulnerable: true, Name: name, Start: &feed.Bound{Version: "4.0"}, End: &feed.Bound{Version: end, Excluding: true}}}}},
		}
		if err := sink.Flaw(f); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkFirstLookup asks each time for a version that nobody has asked for: about a
// thousand flaws are held against it. It may take 1 ms.
func BenchmarkFirstLookup(b *testing.B) {
	f := fresh(b)
	if _, err := f.Import(b.Context(), manyFlaws); err != nil {
		b.Fatal(err)
	}
	found := 0
	i := 0
	for b.Loop() {
		i++
		found = len(matches(b, f, "example:kernel", fmt.Sprintf("4.9.%d", i)))
	}
	if found != engine.MaxCVEs {
		b.Errorf("%d are found", found)
	}
}
