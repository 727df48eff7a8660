package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestChecksData(t *testing.T) {
	const name = "portolan_checks"
	w := onServer(t, enginetest.Start(t))
	ids := func(config object) (ids []string) {
		for _, c := range elements(t, w.data(name, config), "checks") {
			ids = append(ids, text(t, c, "id"))
			if text(t, c, "title") == "" || text(t, c, "judged") == "" || engine.Severity(text(t, c, "severity")).Validate() != nil {
				t.Errorf("a check is %s", c)
			}
		}
		return ids
	}
	all := ids(object{})
	if !slices.IsSorted(all) || !slices.Contains(all, "redis.no-auth") || !slices.Contains(all, "exposure.undeclared") {
		t.Errorf("the checks are %q", all)
	}
	for _, id := range ids(object{"families": []string{"redis", "tls"}, "min_severity": "high"}) {
		if !strings.HasPrefix(id, "redis.") && !strings.HasPrefix(id, "tls.") {
			t.Errorf("%s is of no family that was asked for", id)
		}
	}
	if got := ids(object{"tags": []string{"database"}}); len(got) == 0 || len(got) == len(all) {
		t.Errorf("%d of %d checks are about databases", len(got), len(all))
	}
	if got := ids(object{"families": []string{"nothing"}}); len(got) != 0 {
		t.Errorf("of no family there are %q", got)
	}
	wantError(t, w.validateData(name, object{"min_severity": "bad"}), "min_severity")
}

func TestAccChecksData(t *testing.T) { testExample(t, "data-sources/portolan_checks") }
