package engine_test

import (
	"errors"
	"regexp"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Clients refuse keys with anything but letters and digits.
func TestNewKeyIsAlphanumeric(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		key := engine.NewKey()
		if !regexp.MustCompile(`^[A-Za-z0-9]{32}$`).MatchString(key) || seen[key] || engine.ValidateKey(key) != nil {
			t.Fatalf("key %q", key)
		}
		seen[key] = true
	}
}

func TestValidateKey(t *testing.T) {
	for _, key := range []string{"", "short", "0123456789abcdef-x", "0123456789abcdef_x", "0123456789abcdefä", "0123456789abcdef x"} {
		if engine.KindOf(engine.ValidateKey(key)) != engine.Invalid {
			t.Errorf("%q was accepted", key)
		}
	}
}

func TestPlanAdmit(t *testing.T) {
	plan := engine.Plan{Name: "small", StoredScans: 2, TargetsPerScan: 4}
	request := engine.ScanRequest{Targets: []engine.Target{"192.0.2.1", "192.0.2.0/30"}}
	var e *engine.Error
	if err := plan.Admit(request, 0); !errors.As(err, &e) || e.Kind != engine.Limit || e.Limit != 4 || e.Current != 5 || e.Field != "targets[1]" {
		t.Errorf("five of four addresses: %+v", e)
	}
	request.Targets = request.Targets[:1]
	if err := plan.Admit(request, 1); err != nil {
		t.Errorf("one of two scans: %v", err)
	}
	if err := plan.Admit(request, 2); !errors.As(err, &e) || e.Kind != engine.Limit || e.Limit != 2 || e.Current != 2 {
		t.Errorf("two of two scans: %+v", e)
	}
	if err := engine.SelfHosted().Admit(engine.ScanRequest{Targets: []engine.Target{"10.0.0.0/15"}}, 1e6); engine.KindOf(err) != engine.Limit {
		t.Errorf("more than a /16: %v", err)
	}
}

func TestSeverityOrder(t *testing.T) {
	if !engine.Critical.AtLeast(engine.High) || engine.Low.AtLeast(engine.Medium) || !engine.Info.AtLeast(engine.Info) {
		t.Error("severities are out of order")
	}
	if engine.Severity("hgih").Validate() == nil {
		t.Error("a misspelt severity was accepted")
	}
}
