package provider_test

import "testing"

func TestExpandTargets(t *testing.T) {
	w := newWire(t)
	got := w.result("expand_targets", textsValue("192.0.2.9/30", "192.0.2.10", "EXAMPLE.com.", "2001:db8::/127"))
	want := textsValue("192.0.2.8", "192.0.2.9", "192.0.2.10", "192.0.2.11", "example.com", "2001:db8::", "2001:db8::1")
	if !got.Equal(want) {
		t.Errorf("expanded to %s", got)
	}
	if got := w.result("expand_targets", textsValue()); !got.Equal(textsValue()) {
		t.Errorf("nothing expands to %s", got)
	}
	// The last address there is has no successor.
	if got := w.result("expand_targets", textsValue("255.255.255.254/31")); !got.Equal(textsValue("255.255.255.254", "255.255.255.255")) {
		t.Errorf("the end of IPv4 expands to %s", got)
	}
	wantArgumentError(t, w.ask("expand_targets", textsValue("10.0.0.0/8")), 0, "16777216", "65536", "CIDRs")
	wantArgumentError(t, w.ask("expand_targets", textsValue("192.0.2.1", nil)), 0, "[1]", "null", "compact()")
	wantArgumentError(t, w.ask("expand_targets", textsValue("192.0.2.1", "not a target")), 0, "not a target")
}

func TestAccExpandTargets(t *testing.T) { testExample(t, "functions/expand_targets") }
