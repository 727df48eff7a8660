package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// TestRecordLists: records of each noun are listed as their resources would be imported.
func TestRecordLists(t *testing.T) {
	w := onServer(t, enginetest.Start(t))
	for name := range w.schema.ListResourceSchemas {
		if name == scanType {
			continue
		}
		t.Run(name, func(t *testing.T) {
			w, c := w.of(name), recordCases()[name]
			w.t = t
			state := w.created(c.full)
			results := w.list(listing{name: name, whole: true, config: object{"name": "."}})
			if len(results) != 1 || !strings.EqualFold(results[0].DisplayName, c.name) {
				t.Fatalf("listed %q", w.names(results))
			}
			w.clean(&results[0])
			if w.identityID(results[0].Identity) != text(t, state, "id") {
				t.Errorf("the identity is %q", w.identityID(results[0].Identity))
			}
			if got := replaced(w.plan(w.state(w.resourceType(), results[0].Resource), c.full)); got != nil {
				t.Errorf("imported, the plan replaces it because of %v", got)
			}
			if got := w.list(listing{name: name, config: object{"name": "^nothing$"}}); len(got) != 0 {
				t.Errorf("listed %q", w.names(got))
			}
			wantError(t, w.validateList(listing{name: name, config: object{"name": "("}}), "name")
		})
	}
}

// A list that is longer than what is asked for at a time comes whole, in order, and only
// as far as Terraform wants it.
func TestRecordListsAreReadPartByPart(t *testing.T) {
	const profiles = 103
	e := enginetest.Start(t)
	for i := range profiles {
		if _, err := e.Client.ScanProfiles().Create(t.Context(), engine.ScanProfile{Name: fmt.Sprintf("profile %03d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	w := onServer(t, e)
	names := w.names(w.list(listing{name: "portolan_scan_profile"}))
	if len(names) != profiles || !slices.IsSorted(names) {
		t.Errorf("%d are listed", len(names))
	}
	if got := w.list(listing{name: "portolan_scan_profile", limit: 2}); len(got) != 2 {
		t.Errorf("a limit of 2 gives %d", len(got))
	}
	revokeKey(t, e)
	failed := w.list(listing{name: "portolan_scan_profile"})
	wantError(t, &failed[0], "", "API key not found")
}

// queried runs the query of an example.
func queried(t *testing.T, name string) {
	t.Helper()
	g := newGround(t)
	g.needs("query", "-generate-config-out")
	g.copyExample("list-resources/" + name)
	g.must("query")
}
