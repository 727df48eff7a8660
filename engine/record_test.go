package engine_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// TestRecordKeepsANoun: what is kept is what was declared, and nothing of the stamp.
func TestRecordKeepsANoun(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	record := engine.Record{ID: 7, OwnerID: 3, Version: 2, CreatedAt: at, UpdatedAt: at, Extra: json.RawMessage(`{"A":1}`)}
	declared := engine.ScanProfile{Name: "weekly", Description: "d", Ports: "80", Profile: engine.Profile{Rate: 9}}
	declared.ID, declared.Version = 99, 98
	if err := record.Keep(&declared); err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(record.Body, &members); err != nil {
		t.Fatal(err)
	}
	for _, member := range engine.StampMembers() {
		if _, there := members[member]; there {
			t.Errorf("the body has %q", member)
		}
	}
	want := declared
	want.Stamp = engine.Stamp{ID: 7, Version: 2, CreatedBy: &engine.Owner{ID: 3}, CreatedAt: at, UpdatedAt: at, Extra: record.Extra}
	var got engine.ScanProfile
	if err := record.Declare(&got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read back it is %+v (%v), want %+v", got, err, want)
	}
	if err := record.Rename("nightly"); err != nil || record.Name != "nightly" {
		t.Error(err)
	}
	if err := record.Declare(&got); err != nil || got.Name != "nightly" || got.Rate != 9 {
		t.Errorf("renamed it is %+v (%v)", got, err)
	}
}

// TestStampMembers: the list is that of the struct.
func TestStampMembers(t *testing.T) {
	var names []string
	for field := range reflect.TypeFor[engine.Stamp]().Fields() {
		if name := field.Tag.Get("json"); name != "-" {
			names = append(names, name)
		}
	}
	if !slices.Equal(names, engine.StampMembers()) {
		t.Errorf("a stamp has the members %q, not %q", names, engine.StampMembers())
	}
}

func TestProfileOr(t *testing.T) {
	all := engine.Profile{Addresses: "all", Mode: "syn", Rate: 1, HostRate: 2, MaxBytes: 3, Resolvers: "192.0.2.1"}
	if got := (engine.Profile{}).Or(all); !reflect.DeepEqual(got, all) {
		t.Errorf("what is open becomes %+v", got)
	}
	other := engine.Profile{Addresses: "one", Mode: "connect", Rate: 4, HostRate: 5, MaxBytes: 6, Resolvers: "192.0.2.2"}
	if got := all.Or(other); !reflect.DeepEqual(got, all) {
		t.Errorf("what is said becomes %+v", got)
	}
}
