package provider_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestAccFindings(t *testing.T) {
	withoutEnvironment(t)
	zoo := enginetest.Services(t)
	const source = "data.portolan_findings.test"
	known := func(p tfjsonpath.Path, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(source, p, want)
	}
	finding := tfjsonpath.New("findings").AtSliceIndex(0)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: inProcess(t),
		Steps: []resource.TestStep{{
			Config: embeddedBlock(t.TempDir()) + scanBlock(zoo.Ports(), "") + `
data "portolan_findings" "test" {
  scan_id      = portolan_scan.test.id
  min_severity = "low"
  rules        = ["redis.no-auth"]
  hosts        = ["127.0.0.1"]
}
`,
			ConfigStateChecks: []statecheck.StateCheck{
				known(tfjsonpath.New("total"), knownvalue.Int64Exact(1)), known(tfjsonpath.New("truncated"), knownvalue.Bool(false)),
				known(tfjsonpath.New("counts").AtMapKey("total"), knownvalue.Int64Exact(1)),
				known(finding.AtMapKey("rule"), knownvalue.StringExact("redis.no-auth")), known(finding.AtMapKey("host"), knownvalue.StringExact("127.0.0.1")),
				known(finding.AtMapKey("port"), knownvalue.Int64Exact(int64(zoo.Get("redis").Port))), known(finding.AtMapKey("remedy"), knownvalue.NotNull()),
			},
		}},
	})
}

func TestFindings(t *testing.T) {
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	id := text(t, w.created(scanOf(zoo.Ports(), nil)), "id")

	all := w.data("portolan_findings", object{"scan_id": id})
	findings := elements(t, all, "findings")
	if len(findings) == 0 || int64(len(findings)) != number(t, all, "total") || !all.IsFullyKnown() {
		t.Fatalf("%d findings of %d", len(findings), number(t, all, "total"))
	}
	ranks, redis := []int{}, 0
	for _, f := range findings {
		ranks = append(ranks, -engine.Severity(text(t, f, "severity")).Rank())
		if text(t, f, "rule") == "redis.no-auth" {
			redis++
		}
	}
	if !slices.IsSorted(ranks) || redis != 1 {
		t.Errorf("the worst are not first, or not one finding of redis.no-auth but %d", redis)
	}
	if got := number(t, member(t, all, "counts"), "total"); got != int64(len(findings)) {
		t.Errorf("%d findings are counted", got)
	}

	some := w.data("portolan_findings", object{"scan_id": id, "limit": 1})
	if len(elements(t, some, "findings")) != 1 || number(t, some, "total") != int64(len(findings)) {
		t.Error("a limit changes the total, or is not held")
	}
	var truncated bool
	w.must(member(t, some, "truncated").As(&truncated))
	if !truncated {
		t.Error("a list that was cut is not called truncated")
	}

	one := w.data("portolan_findings", object{
		"index_ids": []any{int64(1), nil}, "rules": []string{"redis.no-auth"}, "ports": []any{int64(zoo.Get("redis").Port)}, "min_severity": "low", "hosts": []string{"127.0.0.1"},
	})
	if got := elements(t, one, "findings"); len(got) != 1 || text(t, got[0], "scan_id") != id {
		t.Errorf("filtered to %d findings", len(got))
	}
	none := w.data("portolan_findings", object{"index_ids": []any{nil}})
	if got := elements(t, none, "findings"); len(got) != 0 {
		t.Errorf("%d findings of no index", len(got))
	}
	wantError(t, w.readData("portolan_findings", object{"scan_id": "4711"}), "", "4711")
}

// Several scans are one list, the worst of all first, cut after sorting.
func TestFindingsOfSeveralScans(t *testing.T) {
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	one, two := w.created(scanOf(zoo.Ports(), nil)), w.created(scanOf(zoo.Ports(), nil))
	single := w.data("portolan_findings", object{"scan_id": text(t, one, "id")})
	both := w.data("portolan_findings", object{"index_ids": []any{number(t, one, "index_id"), number(t, two, "index_id")}, "limit": 2})
	if got, want := number(t, both, "total"), 2*number(t, single, "total"); got != want {
		t.Errorf("%d findings in both, want %d", got, want)
	}
	list := elements(t, both, "findings")
	if len(list) != 2 || text(t, list[0], "id") != text(t, list[1], "id") {
		t.Error("the worst finding of each scan is not at the top")
	}
}

// Findings are also selected by an expression, by what an earlier scan had, and by what was
// decided about them; what is counted is what passes.
func TestFindingsAreSifted(t *testing.T) {
	const name = "portolan_findings"
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	w := onServer(t, e)
	redis, all := strconv.Itoa(zoo.Get("redis").Port), zoo.Ports()
	w.created(scanOf(redis, nil))
	w.created(scanOf(all, nil))
	before, whole := number(t, w.data(name, object{"scan_id": "1"}), "total"), number(t, w.data(name, object{"scan_id": "2"}), "total")
	fresh := w.data(name, object{"scan_id": "2", "new_since": "1", "limit": 1})
	if got := number(t, fresh, "total"); got != whole-before || len(elements(t, fresh, "findings")) != 1 || number(t, member(t, fresh, "counts"), "total") != got || !isTrue(t, fresh, "truncated") {
		t.Errorf("%d findings are new, want %d", got, whole-before)
	}
	one := w.data(name, object{"scan_id": "2", "query": `rule == "redis.no-auth" && port in [` + redis + `]`})
	if list := elements(t, one, "findings"); len(list) != 1 || text(t, list[0], "rule") != "redis.no-auth" {
		t.Errorf("the expression gives %s", one)
	}
	if got := number(t, w.data(name, object{"scan_id": "2", "query": "new", "new_since": "1"}), "total"); got != whole-before {
		t.Errorf("the expression knows %d new ones", got)
	}
	issues, err := e.Client.Issues(t.Context(), client.IssueQuery{Rules: []string{"redis.no-auth"}})
	w.must(err)
	_, err = e.Client.ChangeIssue(t.Context(), issues.Issues[0].ID, engine.IssueRequest{State: engine.IssueAccepted, Reason: "a test"})
	w.must(err)
	if got := number(t, w.data(name, object{"scan_id": "2", "include_waived": false}), "total"); got != whole-1 {
		t.Errorf("without what was accepted there are %d, want %d", got, whole-1)
	}
	wantError(t, w.readData(name, object{"scan_id": "2", "new_since": "4711"}), "new_since", "4711")
	wantError(t, w.validateData(name, object{"scan_id": "2", "query": "kve"}), "query", "kev")
}

func TestAccFindingsExample(t *testing.T) { testExample(t, "data-sources/portolan_findings") }
