package policy_test

import (
	"errors"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

func TestSuppressionText(t *testing.T) {
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	good := policy.SuppressionText{Rule: "redis.*", Target: "192.0.2.0/24", Severity: "<= high", Reason: "behind the VPN", Expires: "2027-01-31"}
	s, err := good.Parse(at)
	if err != nil || s.Status != policy.SuppressionAccepted || s.Expired(at) {
		t.Fatalf("%+v, %v", s, err)
	}
	finding := engine.Finding{Rule: "redis.no-auth", IP: "192.0.2.7", Severity: engine.High}
	if !s.Matches(&finding) {
		t.Error("it does not match what it is about")
	}
	if finding.Severity = engine.Critical; s.Matches(&finding) {
		t.Error("it hides what is worse than it may")
	}
	for field, change := range map[string]func(*policy.SuppressionText){
		"id": func(s *policy.SuppressionText) { s.ID = "x" }, "severity": func(s *policy.SuppressionText) { s.Severity = "high" },
		"status": func(s *policy.SuppressionText) { s.Status = "fine" }, "reason": func(s *policy.SuppressionText) { s.Reason = "…" },
		"expires": func(s *policy.SuppressionText) { s.Expires = "2099-01-01" },
		"":        func(s *policy.SuppressionText) { s.Target = "[" },
	} {
		bad := good
		change(&bad)
		_, err := bad.Parse(at)
		var known *engine.Error
		if !errors.As(err, &known) || known.Kind != engine.Invalid || known.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := (policy.SuppressionText{Reason: "x", Expires: "2027-01-31"}).Parse(at); err == nil {
		t.Error("nothing is named, and it is taken")
	}
}

func TestFloor(t *testing.T) {
	for text, want := range map[string]engine.Severity{
		"high": engine.High, "critical, medium>=10": engine.Medium, "any": "", "high, rule:redis.*": "", "expr: kev": "", "never": engine.Critical, "new:low==0": engine.Low,
	} {
		p, err := policy.Parse(text)
		if err != nil || p.Floor() != want {
			t.Errorf("%s counts from %q on, want %q (%v)", text, p.Floor(), want, err)
		}
	}
}
