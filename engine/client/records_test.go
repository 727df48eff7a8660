package client_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// TestRecordsOnARealEngine takes a record through every method.
func TestRecordsOnARealEngine(t *testing.T) {
	s, err := server.Start(t.Context(), server.Config{DataDir: t.TempDir(), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	profiles, ctx := s.Client().ScanProfiles(), t.Context()
	wish := engine.Profile{Addresses: engine.AllAddresses, Rate: 100}
	made, err := profiles.Create(ctx, engine.ScanProfile{Name: "Gentle", Ports: "80", Profile: wish})
	if err != nil || made.ID == 0 || made.Version != 1 || made.Profile != wish {
		t.Fatalf("made %+v, %v", made, err)
	}
	if _, err := profiles.Create(ctx, engine.ScanProfile{Name: "other"}); err != nil {
		t.Fatal(err)
	}
	if found, err := profiles.Find(ctx, "gentle"); err != nil || found.ID != made.ID {
		t.Errorf("found %+v, %v", found, err)
	}
	for _, name := range []string{"", "none"} {
		if _, err := profiles.Find(ctx, name); engine.KindOf(err) != engine.NotFound {
			t.Errorf("found %q: %v", name, err)
		}
	}
	if list, err := profiles.List(ctx, client.RecordQuery{IDs: []engine.RecordID{made.ID}}); err != nil || len(list) != 1 || list[0].Name != "Gentle" {
		t.Errorf("listed by id: %+v, %v", list, err)
	}
	if list, err := profiles.List(ctx, client.RecordQuery{Offset: 1, Limit: 5}); err != nil || len(list) != 1 || list[0].Name != "other" {
		t.Errorf("listed from the second: %+v, %v", list, err)
	}
	made.Rate = 200
	replaced, err := profiles.Replace(ctx, made.ID, made)
	if err != nil || replaced.Rate != 200 || replaced.Version != 2 {
		t.Errorf("replaced %+v, %v", replaced, err)
	}
	if _, err := profiles.Replace(ctx, made.ID, made); engine.KindOf(err) != engine.Conflict {
		t.Errorf("replaced an old version: %v", err)
	}
	if err := profiles.Delete(ctx, made.ID); err != nil {
		t.Error(err)
	}
	if _, err := profiles.Get(ctx, made.ID); engine.KindOf(err) != engine.NotFound {
		t.Errorf("deleted, it is there: %v", err)
	}
}
