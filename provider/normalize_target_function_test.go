package provider_test

import "testing"

func TestNormalizeTarget(t *testing.T) {
	w := newWire(t)
	for spelling, want := range map[string]string{
		"EXAMPLE.com.": "example.com", "192.168.1.7/24": "192.168.1.0/24", "192.0.2.7/32": "192.0.2.7", "2001:DB8:0::1": "2001:db8::1",
	} {
		if got := w.result("normalize_target", textValue(spelling)); !got.Equal(textValue(want)) {
			t.Errorf("%s is %s, want %s", spelling, got, want)
		}
	}
	wantArgumentError(t, w.ask("normalize_target", textValue("http://example.com")), 0, "http://example.com")
}

func TestAccNormalizeTarget(t *testing.T) { testExample(t, "functions/normalize_target") }
