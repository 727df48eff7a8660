package private_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// TestChangedServices: what speaks otherwise at a port that is open in both scans, told
// by the documents.
func TestChangedServices(t *testing.T) {
	r := open(t)
	e := engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: 22, Transport: engine.TCP, Target: "192.0.2.1"}
	ssh := func(version string) []engine.Response {
		d := engine.NewResponse(e, "ssh", "ssh", "", time.Now())
		d.Tags = []engine.Tag{{Name: "openssh", FullName: "OpenSSH", Version: version}}
		return []engine.Response{d}
	}
	r.done("first", ssh("9.1"), nil, e)
	var d engine.Diff
	r.own(fmt.Sprintf("GET /api/scanner/%d/diff/", r.done("second", ssh("9.2"), nil, e)), "").is(200).into(&d)
	want := []engine.ChangedService{{
		Endpoint: e, Before: engine.Service{Protocol: "ssh", Product: "OpenSSH", Version: "9.1"}, Now: engine.Service{Protocol: "ssh", Product: "OpenSSH", Version: "9.2"},
	}}
	if !slices.Equal(d.ChangedServices, want) {
		t.Errorf("changed services %+v, want %+v", d.ChangedServices, want)
	}
	again := r.own(fmt.Sprintf("GET /api/scanner/%d/diff/", r.done("third", ssh("9.2"), nil, e)), "").is(200).body
	if !strings.Contains(again, `"changed_services":[]`) {
		t.Errorf("nothing changed, and it says %s", again)
	}
}

func TestDiff(t *testing.T) {
	r := open(t)
	port := func(n uint16) engine.Endpoint {
		return engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: n, Transport: engine.TCP, Target: "192.0.2.1"}
	}
	same, gone, fresh := finding("a.same", engine.Low, 80), finding("b.gone", engine.High, 443), finding("c.fresh", engine.High, 80)
	first := r.done("first", webs(1), []engine.Finding{same, gone}, port(80), port(443))
	second := r.done("second", webs(1), []engine.Finding{same, fresh}, port(80), port(22))

	for _, query := range []string{"", "?base", fmt.Sprintf("?base=%d", first)} {
		var d engine.Diff
		r.own(fmt.Sprintf("GET /api/scanner/%d/diff/%s", second, query), "").is(200).into(&d)
		if d.Base != first || d.Scan != second || !d.Complete || d.Unchanged != 1 || len(d.New) != 1 || len(d.Fixed) != 1 || len(d.Unknown) != 0 ||
			d.New[0].Rule != "c.fresh" || d.Fixed[0].Rule != "b.gone" || d.OpenedPorts[0].Port != 22 || d.ClosedPorts[0].Port != 443 {
			t.Errorf("%q: %+v", query, d)
		}
	}
	var back engine.Diff
	r.own(fmt.Sprintf("GET /api/scanner/%d/diff/?base=%d", first, second), "").is(200).into(&back)
	if len(back.New) != 1 || back.New[0].Rule != "b.gone" {
		t.Errorf("the other way round: %+v", back)
	}
	r.own(fmt.Sprintf("GET /api/scanner/%d/diff/", first), "").fails(404, "not_found", "base")
	r.own(fmt.Sprintf("GET /api/scanner/%d/diff/?base=99", first), "").fails(404, "not_found", "base.id")
	r.own(fmt.Sprintf("GET /api/scanner/%d/diff/?base=x", first), "").fails(400, "invalid", "base")
	r.send(fmt.Sprintf("GET /api/scanner/%d/diff/?base=%d", second, first), "", "X-API-Key: "+foreignKey).fails(404, "not_found", "id")
}
