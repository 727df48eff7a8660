package control_test

import (
	"errors"
	"regexp"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/bus"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

func TestScanRunsToItsEnd(t *testing.T) {
	h := start(t)
	agent := h.agent()
	created := h.create(t, "192.0.2.0/26") // two tasks of 32 addresses
	for range 2 {
		task, d := take(t, agent)
		finish(t, agent, task, d)
	}
	scan := h.await(t, created.ID, in(engine.StateDone))
	if scan.Count != 2 || scan.Summary.High != 2 || scan.Summary.OpenPorts != 2 || scan.IndexID() == nil {
		t.Errorf("scan is %+v", scan)
	}
	var states []engine.State
	for _, s := range scan.Steps {
		states = append(states, s.State)
	}
	if got := slices.Compact(states); !slices.Equal(got, []engine.State{"pending", "scheduled", "scanning", "done"}) {
		t.Errorf("steps %v", states)
	}
	if !regexp.MustCompile(`^1/10 - `).MatchString(*scan.Steps[2].Description) {
		t.Errorf("first progress is %q", *scan.Steps[2].Description)
	}
}

func TestCancelStopsTheAgentsAndKeepsWhatWasFound(t *testing.T) {
	h := start(t)
	agent := h.agent()
	created := h.create(t, "192.0.2.1")
	task, _ := take(t, agent)
	report := reportOn(task)
	report.Done = false
	if _, err := agent.Report(t.Context(), report); err != nil {
		t.Fatal(err)
	}
	h.await(t, created.ID, func(s engine.Scan) bool { return s.Count == 1 })
	scan, err := h.CancelScan(t.Context(), h.user, created.ID)
	if err != nil || scan.Status() != engine.StatusCancelled {
		t.Fatalf("cancelled scan is %s, %v", scan.Status(), err)
	}
	if again, err := h.CancelScan(t.Context(), h.user, created.ID); err != nil || len(again.Steps) != len(scan.Steps) {
		t.Errorf("cancelling again: %v", err)
	}
	awaitGone(t, agent, report)
	if got := h.get(t, created.ID); got.Status() != engine.StatusCancelled || got.Count != 1 {
		t.Errorf("after a late report the scan is %s with %d responses", got.Status(), got.Count)
	}
}

// awaitGone reports until control has forgotten the scan.
func awaitGone(t *testing.T, agent bus.Agent, report engine.Report) {
	t.Helper()
	for {
		verdict, err := agent.Report(t.Context(), report)
		if err != nil {
			t.Fatal(err)
		}
		if verdict == bus.Gone {
			return
		}
	}
}

func TestTaskThatNobodyFinishesFailsTheScan(t *testing.T) {
	h := start(t)
	agent := h.agent()
	created := h.create(t, "192.0.2.1")
	for range engine.MaxAttempts {
		_, d := take(t, agent)
		if err := d.Release(); err != nil {
			t.Fatal(err)
		}
	}
	d, err := agent.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, verdict, err := agent.Begin(t.Context(), d.Task()); err != nil || verdict != bus.Gone {
		t.Fatalf("attempt %d: %s, %v", engine.MaxAttempts+1, verdict, err)
	}
	scan := h.await(t, created.ID, in(engine.StateFailed))
	if scan.Summary.TasksFailed != 1 {
		t.Errorf("%d tasks failed, want 1: %s", scan.Summary.TasksFailed, scan.LastStep())
	}
}

func TestFailureOfATaskIsTheScans(t *testing.T) {
	h := start(t)
	agent := h.agent()
	created := h.create(t, "192.0.2.1")
	task, _ := take(t, agent)
	report := engine.Report{ScanID: task.ScanID, TaskID: task.ID, Attempt: task.Attempt, Done: true, Failure: "no such name"}
	if _, err := agent.Report(t.Context(), report); err != nil {
		t.Fatal(err)
	}
	if scan := h.await(t, created.ID, in(engine.StateFailed)); scan.LastStep() != "no such name" {
		t.Errorf("last step %q", scan.LastStep())
	}
}

func TestBadRequestsCreateNothing(t *testing.T) {
	h := open(t, t.TempDir(), small)
	for field, request := range map[string]engine.ScanRequest{
		"targets":    {},
		"targets[1]": {Targets: []engine.Target{"192.0.2.1", "192.0.2.300"}},
		"targets[0]": {Targets: []engine.Target{"127.0.0.1"}},
		"ports":      {Targets: []engine.Target{"192.0.2.1"}, Ports: "70000"},
		"exclude[0]": {Targets: []engine.Target{"192.0.2.1"}, Exclude: []engine.Target{"x.example"}},
	} {
		_, err := h.CreateScan(t.Context(), h.user, request)
		var e *engine.Error
		if !errors.As(err, &e) || e.Field != field {
			t.Errorf("%v: %v, want an error in %s", request, err, field)
		}
	}
	if _, err := h.CreateScan(t.Context(), h.user, engine.ScanRequest{Targets: []engine.Target{"192.0.2.0/24"}}); engine.KindOf(err) != engine.Limit {
		t.Errorf("more addresses than the plan allows: %v", err)
	}
	if scans, err := h.Scans(t.Context(), h.user, control.ScanQuery{}); err != nil || len(scans) != 0 {
		t.Errorf("%d scans were created, %v", len(scans), err)
	}
}

func TestLoopbackIsScannedOnlyWhereItIsAllowed(t *testing.T) {
	inside := engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}, Profile: engine.Profile{Resolvers: "192.0.2.53,127.0.0.53"}}
	if _, err := open(t, t.TempDir()).CreateScan(t.Context(), engine.User{ID: 1}, inside); engine.KindOf(err) != engine.Forbidden {
		t.Errorf("a name server out of scope: %v", err)
	}
	if _, err := open(t, t.TempDir()).CreateScan(t.Context(), engine.User{ID: 1}, engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}}); engine.KindOf(err) != engine.Forbidden {
		t.Errorf("without permission: %v", err)
	}
	open(t, t.TempDir(), loopback).create(t, "127.0.0.1")
}

func TestStoredScansOfThePlan(t *testing.T) {
	h := open(t, t.TempDir(), small)
	first := h.create(t, "192.0.2.1")
	h.create(t, "192.0.2.2")
	_, err := h.CreateScan(t.Context(), h.user, engine.ScanRequest{Targets: []engine.Target{"192.0.2.3"}})
	var e *engine.Error
	if !errors.As(err, &e) || e.Kind != engine.Limit || e.Limit != 2 || e.Current != 2 {
		t.Fatalf("third of two scans: %v", err)
	}
	if err := h.DeleteScan(t.Context(), h.user, first.ID); err != nil {
		t.Fatal(err)
	}
	h.create(t, "192.0.2.3")
}

func TestStrangersFindNothing(t *testing.T) {
	h := open(t, t.TempDir())
	scan := h.create(t, "192.0.2.1")
	stranger := h.join(t, "x@example.com", "strangers")
	all, err := query.Parse("*")
	if err != nil {
		t.Fatal(err)
	}
	attempts := map[string]func() error{
		"get":    func() error { _, err := h.Scan(t.Context(), stranger, scan.ID); return err },
		"await":  func() error { _, err := h.AwaitScan(t.Context(), stranger, scan.ID, 0); return err },
		"rename": func() error { _, err := h.RenameScan(t.Context(), stranger, scan.ID, "x"); return err },
		"cancel": func() error { _, err := h.CancelScan(t.Context(), stranger, scan.ID); return err },
		"shift":  func() error { _, err := h.ShiftScan(t.Context(), stranger, scan.ID, 1); return err },
		"delete": func() error { return h.DeleteScan(t.Context(), stranger, scan.ID) },
		"ports":  func() error { _, err := h.OpenPorts(t.Context(), stranger, scan.ID); return err },
		"hosts":  func() error { _, err := h.AnsweredHosts(t.Context(), stranger, scan.ID); return err },
		"count": func() error {
			_, err := h.Count(t.Context(), stranger, control.Search{Query: all, Indices: []engine.ScanID{scan.ID}})
			return err
		},
		"findings": func() error { return firstError(h.Findings(t.Context(), stranger, scan.ID, index.FindingFilter{}, 0)) },
	}
	for name, attempt := range attempts {
		if err := attempt(); engine.KindOf(err) != engine.NotFound {
			t.Errorf("%s by a stranger: %v, want not found", name, err)
		}
	}
	if scans, err := h.Scans(t.Context(), stranger, control.ScanQuery{}); err != nil || len(scans) != 0 {
		t.Errorf("a stranger lists %d scans, %v", len(scans), err)
	}
	if got := h.get(t, scan.ID); got.Status() != engine.StatusPending || got.Label != scan.Label {
		t.Errorf("a stranger changed the scan: %+v", got)
	}
}

func firstError[T any](all func(func(T, error) bool)) error {
	for _, err := range all {
		return err
	}
	return nil
}

func TestDeletedScanIsOutOfSight(t *testing.T) {
	h := start(t)
	agent := h.agent()
	scan := h.create(t, "192.0.2.1")
	task, d := take(t, agent)
	finish(t, agent, task, d)
	h.await(t, scan.ID, in(engine.StateDone))
	if err := h.DeleteScan(t.Context(), h.user, scan.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Scan(t.Context(), h.user, scan.ID); engine.KindOf(err) != engine.NotFound {
		t.Errorf("get after delete: %v", err)
	}
	if err := h.DeleteScan(t.Context(), h.user, scan.ID); engine.KindOf(err) != engine.NotFound {
		t.Errorf("delete after delete: %v", err)
	}
	if _, err := h.shelf.Open(t.Context(), scan.ID); engine.KindOf(err) != engine.NotFound {
		t.Errorf("index after delete: %v", err)
	}
}

func TestSecondFirstUserIsNotMade(t *testing.T) {
	h := open(t, t.TempDir())
	user, created, err := h.EnsureFirstUser(t.Context(), "other@localhost", "otherotherotherother")
	if err != nil || created || user.ID != h.user.ID {
		t.Fatalf("user %d created %v, %v", user.ID, created, err)
	}
}
