package cli_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// TestRecords lists, shows and deletes what was declared on a server.
func TestRecords(t *testing.T) {
	e := enginetest.Start(t)
	if _, err := e.Client.ScanProfiles().Create(t.Context(), engine.ScanProfile{Name: "gentle", Ports: "80", Profile: engine.Profile{Rate: 9}}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Client.DeclaredTargets().Create(t.Context(), engine.DeclaredTarget{Address: "shop.example", Tags: []string{"b", "a"}}); err != nil {
		t.Fatal(err)
	}
	s := newShell(t)
	s.env["PORTOLAN_ENDPOINT"], s.env["PORTOLAN_API_KEY"] = e.Endpoint, e.Key
	s.want(t, 0, "profile", "list")
	s.says(t, "ID", "gentle", "80", "9", "-")
	s.want(t, 0, "target", "list")
	s.says(t, "shop.example", "normal", "a,b", "no")
	var profile engine.ScanProfile
	for _, ref := range []string{"1", "GENTLE"} {
		s.want(t, 0, "profile", "show", ref)
		if s.read(t, &profile); profile.Rate != 9 {
			t.Errorf("%s is %+v", ref, profile)
		}
	}
	var targets []engine.DeclaredTarget
	s.want(t, 0, "target", "list", "--format", "json")
	if s.read(t, &targets); len(targets) != 1 || targets[0].Address != "shop.example" {
		t.Errorf("targets are %+v", targets)
	}
	s.want(t, 0, "target", "delete", "SHOP.example.")
	s.want(t, 0, "target", "list", "--format", "json")
	if s.read(t, &targets); len(targets) != 0 {
		t.Errorf("deleted, targets are %+v", targets)
	}
	for _, args := range [][]string{{"profile"}, {"profile", "lsit"}, {"profile", "show"}, {"profile", "list", "x"}, {"profile", "list", "--format", "xml"}} {
		s.want(t, 64, args...)
	}
	if s.run(t.Context(), "profile", "show", "none") == 0 {
		t.Error("what there is not is shown")
	}
}
