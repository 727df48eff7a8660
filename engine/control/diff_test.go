package control_test

import (
	"net/netip"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// ran runs a scan of one task to its end: report says what is found.
func (h *house) ran(t *testing.T, request engine.ScanRequest, report func(engine.Task) engine.Report) engine.ScanID {
	t.Helper()
	scan, err := h.CreateScan(t.Context(), h.user, request)
	if err != nil {
		t.Fatal(err)
	}
	h.await(t, scan.ID, in(engine.StateScanning))
	task, d := take(t, h.agent())
	if _, err := h.agent().Report(t.Context(), report(task)); err != nil {
		t.Fatal(err)
	}
	if err := d.Ack(); err != nil {
		t.Fatal(err)
	}
	h.await(t, scan.ID, in(engine.StateDone))
	return scan.ID
}

// found reports on the first address of a task, with another host open at port 80.
func found(also netip.Addr) func(engine.Task) engine.Report {
	return func(task engine.Task) engine.Report {
		report := reportOn(task)
		other := engine.Endpoint{Addr: also, Port: 80, Transport: engine.TCP, Target: engine.Target(also.String())}
		report.Open = append(report.Open, other)
		report.Findings = append(report.Findings, engine.Finding{
			Fingerprint: "other", Rule: "http.x", Severity: engine.High, Target: other.Target, Host: also.String(), IP: also.String(), Port: 80, Transport: engine.TCP,
		})
		return report
	}
}

// nothing reports no open port, and that some hosts answered.
func nothing(up ...netip.Addr) func(engine.Task) engine.Report {
	return func(task engine.Task) engine.Report {
		return engine.Report{ScanID: task.ScanID, TaskID: task.ID, Attempt: task.Attempt, Done: true, Up: up}
	}
}

// TestSilentHostsAreUnknown: one host that answered says nothing about another.
func TestSilentHostsAreUnknown(t *testing.T) {
	h := start(t)
	silent := netip.MustParseAddr("192.0.2.2")
	request := engine.ScanRequest{Targets: []engine.Target{"192.0.2.1", "192.0.2.2"}, Ports: "80"}
	h.ran(t, request, found(silent))
	later := h.ran(t, request, nothing(netip.MustParseAddr("192.0.2.1")))
	d, err := h.Diff(t.Context(), h.user, later, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Fixed) != 1 || d.Fixed[0].IP != "192.0.2.1" || len(d.Unknown) != 1 || d.Unknown[0].IP != silent.String() {
		t.Errorf("fixed %+v, unknown %+v", d.Fixed, d.Unknown)
	}
	if len(d.ClosedPorts) != 1 || d.ClosedPorts[0].Addr == silent || len(d.UnknownPorts) != 1 || d.UnknownPorts[0].Addr != silent {
		t.Errorf("closed %v, unknown %v", d.ClosedPorts, d.UnknownPorts)
	}
}

// TestBaseOfComparison: if none is named it is the newest complete scan of the same
// owner, targets and ports before.
func TestBaseOfComparison(t *testing.T) {
	h := start(t)
	up := netip.MustParseAddr("192.0.2.1")
	request := engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}, Ports: "80"}
	wants := func(what string, later, base engine.ScanID) {
		t.Helper()
		if d, err := h.Diff(t.Context(), h.user, later, 0); err != nil || d.Base != base {
			t.Errorf("%s: compared with %d (%v), want %d", what, d.Base, err, base)
		}
	}
	first := h.ran(t, request, nothing(up))
	if _, err := h.Diff(t.Context(), h.user, first, 0); engine.KindOf(err) != engine.NotFound {
		t.Errorf("the first scan was compared with another: %v", err)
	}
	elsewhere := request
	elsewhere.Ports = "80,443"
	h.ran(t, elsewhere, nothing(up))
	h.ran(t, request, nothing()) // met nobody
	second := h.ran(t, request, nothing(up))
	wants("past other ports and an empty scan", second, first)
	wants("the newest", h.ran(t, request, nothing(up)), second)

	mate := h.join(t, "mate@example.com", "red")
	if _, err := h.AddMember(t.Context(), "red", h.user.Email); err != nil {
		t.Fatal(err)
	}
	me := h.user
	h.user = mate
	h.ran(t, request, nothing(up))
	h.user = me
	last := h.ran(t, request, nothing(up))
	wants("past a mate's", last, last-2)
}
