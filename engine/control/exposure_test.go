package control_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// TestExpectations: what is open and not declared, and what is declared and not there,
// are findings of the scan when it is done, and owners are named in all others.
func TestExpectations(t *testing.T) {
	h := start(t)
	request := engine.ScanRequest{
		Targets: []engine.Target{"192.0.2.1", "192.0.2.2"}, Ports: "22,80",
		Expect: []engine.Expectation{{Host: "192.0.2.1", Port: "80", Owner: "@web"}, {Host: "192.0.2.2", Port: "22"}},
	}
	other := netip.MustParseAddr("192.0.2.2")
	id := h.ran(t, request, found(other))
	want := map[string]string{"http.x 192.0.2.1": "@web", "http.x 192.0.2.2": "", "exposure.undeclared 192.0.2.2": "", "exposure.missing 192.0.2.2": ""}
	findings := h.findings(t, id)
	for _, f := range findings {
		owner, wanted := want[f.Rule+" "+string(f.Target)]
		if !wanted || owner != f.Owner {
			t.Errorf("%s of %s at port %d has owner %q", f.Rule, f.Target, f.Port, f.Owner)
		}
	}
	if scan := h.get(t, id); len(findings) != len(want) || scan.Summary.Total != len(want) || scan.Summary.High != len(want) {
		t.Errorf("there are %d findings and %+v, want %d", len(findings), scan.Summary, len(want))
	}
}

// TestNoExpectationsAreNotAnEmptyList: who declares nothing is told nothing; who
// declares that nothing is open is told what is.
func TestNoExpectationsAreNotAnEmptyList(t *testing.T) {
	h := start(t)
	for name, test := range map[string]struct {
		expect []engine.Expectation
		want   int
	}{"none": {nil, 0}, "empty": {[]engine.Expectation{}, 1}} {
		id := h.ran(t, engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}, Ports: "80", Expect: test.expect}, reportOn)
		undeclared := slices.DeleteFunc(h.findings(t, id), func(f engine.Finding) bool { return f.Rule != "exposure.undeclared" })
		if len(undeclared) != test.want {
			t.Errorf("%s: %+v", name, undeclared)
		}
	}
}

// TestRescanExpectsTheSame, a list that is there and empty too.
func TestRescanExpectsTheSame(t *testing.T) {
	h := start(t)
	id := h.ran(t, engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}, Ports: "80", Expect: []engine.Expectation{}}, reportOn)
	again, err := h.Rescan(t.Context(), h.user, "", id)
	if err != nil {
		t.Fatal(err)
	}
	if again.Expect == nil || len(again.Expect) != 0 {
		t.Errorf("it expects %v", again.Expect)
	}
}

func (h *house) findings(t *testing.T, id engine.ScanID) (findings []engine.Finding) {
	t.Helper()
	ix, err := h.shelf.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for f, err := range ix.Findings(t.Context(), index.FindingFilter{}, 0) {
		if err != nil {
			t.Fatal(err)
		}
		findings = append(findings, f)
	}
	return findings
}
