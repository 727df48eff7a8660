package engine_test

import (
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

func TestSeverityOrder(t *testing.T) {
	if !engine.Critical.AtLeast(engine.High) || engine.Low.AtLeast(engine.Medium) || !engine.Info.AtLeast(engine.Info) {
		t.Error("severities are out of order")
	}
	if engine.Severity("hgih").Validate() == nil {
		t.Error("a misspelt severity was accepted")
	}
}
