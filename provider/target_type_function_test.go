package provider_test

import "testing"

func TestTargetType(t *testing.T) {
	w := newWire(t)
	for target, want := range map[string]string{"192.0.2.7": "ip", "2001:db8::1": "ip", "192.0.2.0/24": "cidr", "example.com": "domain"} {
		if got := w.result("target_type", textValue(target)); !got.Equal(textValue(want)) {
			t.Errorf("%s is %s, want %s", target, got, want)
		}
	}
	wantArgumentError(t, w.ask("target_type", textValue("")), 0)
}

func TestAccTargetType(t *testing.T) { testExample(t, "functions/target_type") }
