package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestSeverityAtLeast(t *testing.T) {
	w := newWire(t)
	redis := findingValue(map[string]string{"severity": "high", "rule": "redis.no-auth"})
	page := findingValue(map[string]string{"severity": "info", "anything": "else"})
	got := w.result("severity_at_least", tupleValue(page, redis, page), textValue("low"))
	if !got.Equal(tupleValue(redis)) {
		t.Errorf("of a tuple: %s", got)
	}
	list := func(elements ...tftypes.Value) tftypes.Value {
		return tftypes.NewValue(tftypes.List{ElementType: redis.Type()}, elements)
	}
	if got := w.result("severity_at_least", list(redis, redis), textValue("high")); !got.Equal(list(redis, redis)) {
		t.Errorf("of a list: %s", got)
	}
	if got := w.result("severity_at_least", list(redis), textValue("critical")); !got.Equal(list()) {
		t.Errorf("nothing is left as %s", got)
	}
}

func TestSeverityAtLeastOfWhatIsNoFinding(t *testing.T) {
	w := newWire(t)
	wantArgumentError(t, w.ask("severity_at_least", textValue("x"), textValue("low")), 0, "is no list", "data.portolan_findings")
	wantArgumentError(t, w.ask("severity_at_least", tupleValue(textValue("x")), textValue("low")), 0, "Element 0", "severity")
	bad := findingValue(map[string]string{"severity": "terrible"})
	wantArgumentError(t, w.ask("severity_at_least", tupleValue(bad), textValue("low")), 0, `"terrible"`, "critical, high")
	wantArgumentError(t, w.ask("severity_at_least", tupleValue(), textValue("terrible")), 1, `"terrible"`)
}

func TestAccSeverityAtLeast(t *testing.T) { testExample(t, "functions/severity_at_least") }
