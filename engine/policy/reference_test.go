package policy_test

import (
	"errors"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

func TestParseBaselineRef(t *testing.T) {
	for text, want := range map[string]policy.BaselineRef{
		"": {}, "none": {}, "auto": {Auto: true}, "scan:349": {Scan: 349}, "branch:main": {Branch: "main"},
		"branch:feature/größer": {Branch: "feature/größer"}, "base/line.json": {File: "base/line.json"}, "./auto": {File: "./auto"},
	} {
		if got, err := policy.ParseBaselineRef(text); got != want || err != nil {
			t.Errorf("%q is read as %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"scan:", "scan:0", "scan:x", "branch:", "branch:a b"} {
		var known *engine.Error
		if _, err := policy.ParseBaselineRef(text); !errors.As(err, &known) || known.Field != "baseline" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Auto is the default branch, and refused where nobody says which that is: a baseline
// that is silently none would call everything new.
func TestResolve(t *testing.T) {
	auto := policy.BaselineRef{Auto: true}
	if got, err := auto.Resolve("trunk"); err != nil || got.Branch != "trunk" || got.Auto {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := auto.Resolve(""); engine.KindOf(err) != engine.Invalid {
		t.Errorf("no default branch: %v", err)
	}
	if got, err := (policy.BaselineRef{Scan: 3}).Resolve(""); err != nil || got.Scan != 3 {
		t.Errorf("%+v, %v", got, err)
	}
}
