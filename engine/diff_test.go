package engine_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func doneScan(t *testing.T, id engine.ScanID, ports engine.Ports, targets ...engine.Target) engine.Scan {
	t.Helper()
	scan := engine.Scan{ID: id, Targets: targets, Ports: ports, Summary: engine.Summary{HostsUp: 1}}
	for _, state := range []engine.State{engine.StatePending, engine.StateScheduled, engine.StateScanning, engine.StateDone} {
		if err := scan.Advance(state, "", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	return scan
}

func named(findings []engine.Finding) (ids []string) {
	for _, f := range findings {
		ids = append(ids, f.Fingerprint)
	}
	return ids
}

func TestCompare(t *testing.T) {
	at := func(id string, port int) engine.Finding {
		return engine.Finding{Fingerprint: id, Target: "192.0.2.1", IP: "192.0.2.1", Port: port, Severity: engine.High}
	}
	worse := at("worse", 80)
	worse.Severity = engine.Critical
	open := func(port uint16) engine.Endpoint {
		return engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: port, Transport: engine.TCP, Target: "192.0.2.1"}
	}
	base := engine.Results{
		Scan:     doneScan(t, 1, "80,443,8080", "192.0.2.0/28"),
		Findings: []engine.Finding{at("same", 80), at("worse", 80), at("gone", 443), at("unasked", 8080)},
		Ports:    []engine.Endpoint{open(80), open(443), open(8080)},
	}
	now := engine.Results{
		Scan:     doneScan(t, 2, "80,443", "192.0.2.0/28"),
		Findings: []engine.Finding{at("same", 80), worse, at("fresh", 80)},
		Ports:    []engine.Endpoint{open(80), open(22)},
		Hosts:    []netip.Addr{netip.MustParseAddr("192.0.2.1")},
	}

	d := engine.Compare(base, now)
	if !d.Complete || d.Base != 1 || d.Scan != 2 || d.Unchanged != 1 || len(d.Changed) != 1 || d.Changed[0].Now.Severity != engine.Critical ||
		!slices.Equal(named(d.New), []string{"fresh"}) || !slices.Equal(named(d.Fixed), []string{"gone"}) || !slices.Equal(named(d.Unknown), []string{"unasked"}) {
		t.Errorf("the difference is %+v", d)
	}
	if len(d.OpenedPorts) != 1 || d.OpenedPorts[0].Port != 22 || len(d.ClosedPorts) != 1 || d.ClosedPorts[0].Port != 443 ||
		len(d.UnknownPorts) != 1 || d.UnknownPorts[0].Port != 8080 {
		t.Errorf("opened %v, closed %v, unknown %v", d.OpenedPorts, d.ClosedPorts, d.UnknownPorts)
	}

	// What is about a name itself is at no port.
	ofName := engine.Finding{Fingerprint: "mail", Target: "example.com", Severity: engine.Medium}
	for target, want := range map[engine.Target]int{"example.com": 1, "example.net": 0} {
		before := engine.Results{Scan: doneScan(t, 1, "80", "example.com"), Findings: []engine.Finding{ofName}}
		after := engine.Results{Scan: doneScan(t, 2, "80", target), Names: engine.Examined{"example.com": nil}}
		if d := engine.Compare(before, after); len(d.Fixed) != want {
			t.Errorf("after a scan of %s %d findings are fixed", target, len(d.Fixed))
		}
	}

	// A scan that could not look at everything fixes nothing.
	now.Scan.Summary.TasksFailed = 1
	if d := engine.Compare(base, now); d.Complete || len(d.Fixed) != 0 || len(d.ClosedPorts) != 0 || len(d.Unknown) != 2 || len(d.UnknownPorts) != 2 {
		t.Errorf("an incomplete scan: %+v", d)
	}
	// Nor does one that was told to leave the address alone.
	now.Scan.Summary.TasksFailed = 0
	now.Scan.Exclude = []engine.Target{"192.0.2.1"}
	if d := engine.Compare(base, now); len(d.Fixed) != 0 || len(d.ClosedPorts) != 0 {
		t.Errorf("an excluded address: %+v", d)
	}
}

// What somebody decided about is no news, as long as that holds and is trusted.
func TestDecidedIsNoNews(t *testing.T) {
	over := hour(3)
	decided := func(severity engine.Severity, d *engine.Decision) engine.Finding {
		return engine.Finding{Fingerprint: string(severity), Severity: severity, Decision: d}
	}
	d := engine.Diff{New: []engine.Finding{
		decided(engine.Critical, &engine.Decision{State: engine.IssueFalsePositive}), decided(engine.High, nil), decided(engine.Low, &engine.Decision{Expires: &over}),
	}}
	d.SetAside(hour(4))
	if len(d.New) != 2 || len(d.Suppressed) != 1 || d.Suppressed[0].Severity != engine.Critical {
		t.Errorf("new %+v, set aside %+v", d.New, d.Suppressed)
	}
	d.TakeBack()
	if len(d.New) != 3 || d.New[0].Severity != engine.Critical || len(d.Suppressed) != 0 {
		t.Errorf("new %+v, set aside %+v", d.New, d.Suppressed)
	}
}
