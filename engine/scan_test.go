package engine_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// edges are the only ones of the state machine.
func edges() map[engine.State][]engine.State {
	ends := []engine.State{engine.StateFailed, engine.StateCancelled}
	return map[engine.State][]engine.State{
		engine.StatePending:   append([]engine.State{engine.StateScheduled}, ends...),
		engine.StateScheduled: append([]engine.State{engine.StatePending, engine.StateScanning}, ends...),
		engine.StateScanning:  append([]engine.State{engine.StatePending, engine.StateScanning, engine.StateDone}, ends...),
		engine.StateDone:      nil,
		engine.StateFailed:    nil,
		engine.StateCancelled: nil,
	}
}

// paths lead to each state.
func paths() map[engine.State][]engine.State {
	return map[engine.State][]engine.State{
		engine.StatePending:   {engine.StatePending},
		engine.StateScheduled: {engine.StatePending, engine.StateScheduled},
		engine.StateScanning:  {engine.StatePending, engine.StateScheduled, engine.StateScanning},
		engine.StateDone:      {engine.StatePending, engine.StateScheduled, engine.StateScanning, engine.StateDone},
		engine.StateFailed:    {engine.StatePending, engine.StateFailed},
		engine.StateCancelled: {engine.StatePending, engine.StateCancelled},
	}
}

func scanIn(t *testing.T, state engine.State) engine.Scan {
	t.Helper()
	var scan engine.Scan
	for _, s := range paths()[state] {
		if err := scan.Advance(s, "", time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
	}
	return scan
}

func TestScanAdvanceKnowsTheEdgesAndNoOther(t *testing.T) {
	for from, allowed := range edges() {
		for to := range edges() {
			scan := scanIn(t, from)
			steps := len(scan.Steps)
			err := scan.Advance(to, "x", time.Unix(2, 0))
			if want := slices.Contains(allowed, to); want != (err == nil) {
				t.Errorf("%s → %s: %v, want allowed %v", from, to, err, want)
			}
			if err != nil && (engine.KindOf(err) != engine.Conflict || len(scan.Steps) != steps) {
				t.Errorf("%s → %s changed the scan or is no Conflict: %v", from, to, err)
			}
		}
	}
	var scan engine.Scan
	if err := scan.Advance(engine.StateDone, "", time.Unix(1, 0)); err == nil {
		t.Error("a new scan became done")
	}
}

func TestScanTimesFollowItsStates(t *testing.T) {
	scan := scanIn(t, engine.StateScanning)
	scan.Lease = engine.Lease{Owner: "somebody"}
	if scan.StartedAt == nil || scan.EndedAt != nil || scan.Status() != engine.StatusInProgress {
		t.Fatalf("a scanning scan started at %v, ended at %v, is %s", scan.StartedAt, scan.EndedAt, scan.Status())
	}
	if err := scan.Advance(engine.StateDone, "", time.Unix(3, 0)); err != nil {
		t.Fatal(err)
	}
	if scan.EndedAt == nil || scan.Lease.Owner != "" {
		t.Fatalf("a done scan ended at %v and is leased by %q", scan.EndedAt, scan.Lease.Owner)
	}
}

func TestIndexIDIsNullUntilDoneAndForGoodIfNothingAnswered(t *testing.T) {
	scan := scanIn(t, engine.StateScanning)
	scan.ID, scan.Count = 7, 3
	if scan.IndexID() != nil {
		t.Error("a running scan has an index id")
	}
	done := scanIn(t, engine.StateDone)
	if done.IndexID() != nil {
		t.Error("a scan that found nothing has an index id")
	}
	done.ID, done.Count = 7, 3
	if id := done.IndexID(); id == nil || *id != 7 {
		t.Errorf("index id %v, want 7", id)
	}
}

func TestScanObjectIsTheDocumentedOne(t *testing.T) {
	scan := scanIn(t, engine.StateDone)
	scan.ID, scan.Label, scan.Targets, scan.Ports, scan.Count = 349, "edge", []engine.Target{"192.0.2.1"}, "80", 2
	scan.CreatedAt = time.Unix(1, 0).UTC()
	scan.Summary.Add(engine.High, 2)
	got, err := json.MarshalIndent(scan, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/scan.json"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(got)+"\n" != string(want) {
		t.Errorf("the scan object changed:\n%s", got)
	}
	var back engine.Scan
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatal(err)
	}
	if back.Status() != engine.StatusDone || back.Label != "edge" || back.Summary.High != 2 {
		t.Errorf("read back as %+v", back)
	}
}

func TestSummaryAtLeast(t *testing.T) {
	var s engine.Summary
	for i, severity := range engine.Severities() {
		s.Add(severity, i+1) // critical 1, high 2, medium 3, low 4, info 5
	}
	s.Add("unheard of", 9)
	for floor, want := range map[engine.Severity]int{engine.Critical: 1, engine.Medium: 6, engine.Info: 15} {
		if got := s.AtLeast(floor); got != want {
			t.Errorf("at least %s: %d, want %d", floor, got, want)
		}
	}
}

func TestScanRequestNamesTheGuiltyField(t *testing.T) {
	long := make([]rune, engine.MaxLabelRunes+1)
	for i := range long {
		long[i] = 'ä'
	}
	for field, request := range map[string]engine.ScanRequest{
		"targets":    {},
		"targets[1]": {Targets: []engine.Target{"192.0.2.1", "no/pe"}},
		"exclude[0]": {Targets: []engine.Target{"192.0.2.1"}, Exclude: []engine.Target{"example.com"}},
		"ports":      {Targets: []engine.Target{"192.0.2.1"}, Ports: "70000"},
		"label":      {Targets: []engine.Target{"192.0.2.1"}, Label: string(long)},
	} {
		if got := fieldOf(request.Validate()); got != field {
			t.Errorf("field %q, want %q", got, field)
		}
	}
}
