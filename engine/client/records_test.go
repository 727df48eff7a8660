package client_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
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
	if err != nil || made.ID == 0 || made.Version != 1 || !reflect.DeepEqual(made.Profile, wish) {
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

// TestChecksOfAProfile: a scan tells what its profile asks for and nothing else, and what
// that was is on record.
func TestChecksOfAProfile(t *testing.T) {
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	for name, checks := range map[string]engine.CheckSelection{"only": {Only: []string{"redis"}}, "skip": {Skip: []string{"redis"}}} {
		profile, err := e.Client.ScanProfiles().Create(t.Context(), engine.ScanProfile{Name: name, Ports: engine.Ports(zoo.Ports()), Profile: engine.Profile{Checks: checks}})
		if err != nil {
			t.Fatal(err)
		}
		scan, err := e.Client.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, ProfileID: fmt.Sprint(profile.ID)})
		if err != nil {
			t.Fatal(err)
		}
		if scan, err = e.Client.Wait(t.Context(), scan.ID, nil); err != nil {
			t.Fatal(err)
		}
		page, err := e.Client.Findings(t.Context(), client.FindingRequest{ScanID: scan.ID})
		if err != nil || len(page.Findings) == 0 || scan.Summary.Total != page.Total {
			t.Errorf("%s: %d findings of %d (%v)", name, page.Total, scan.Summary.Total, err)
		}
		for _, f := range page.Findings {
			if !checks.Has(f.Rule) {
				t.Errorf("%s: there is a finding of %s", name, f.Rule)
			}
		}
		if len(scan.Rules) == 0 || !reflect.DeepEqual(checks.Of(scan.Rules), scan.Rules) || !reflect.DeepEqual(scan.Profile.Checks, checks) {
			t.Errorf("%s: %d rules are on record, of %+v", name, len(scan.Rules), scan.Profile.Checks)
		}
	}
	_, err := e.Client.ScanProfiles().Create(t.Context(), engine.ScanProfile{Name: "wrong", Profile: engine.Profile{Checks: engine.CheckSelection{Only: []string{"redsi"}}}})
	var told *engine.Error
	if !errors.As(err, &told) || told.Field != "checks.only[0]" || told.Hint != `did you mean "redis"?` {
		t.Errorf("a check there is not is refused by %v", err)
	}
}
