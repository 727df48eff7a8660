package private_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fixed gives one scan for every id and refuses every other.
type fixed struct {
	*control.Control
	scan   engine.Scan
	refuse error
}

func (f *fixed) Scan(context.Context, engine.User, engine.ScanID) (engine.Scan, error) {
	return f.scan, f.refuse
}

// TestGoldenDocument pins the OpenAPI document: a change of it is one of the API.
func TestGoldenDocument(t *testing.T) {
	text, err := documentText()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "openapi", string(text))
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(got), "", "  "); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, indented.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(indented.Bytes(), want) {
		t.Errorf("%s has changed; clients know it as it was. If it is meant, run go test with -update.\ngot:\n%s", path, &indented)
	}
}

func at(second int) time.Time { return time.Date(2026, 1, 2, 3, 4, second, 123456000, time.UTC) }

// step is a step of a scan's history; its description is null if empty.
func step(id int64, state engine.State, description string) engine.Step {
	s := engine.Step{ID: id, State: state, At: at(int(id))}
	if description != "" {
		s.Description = &description
	}
	return s
}

// TestGoldenScans pins the scan object: waiting, and with its results.
func TestGoldenScans(t *testing.T) {
	r := open(t)
	position, started, ended := 2, at(3), at(4)
	owner := engine.Owner{ID: 1, Email: "own@example.com"}
	scans := map[string]engine.Scan{
		"scan_pending": {
			ID: 7, Label: "Scan 2026/01/02 03:04:01", Targets: []engine.Target{"192.0.2.0/24", "example.com"}, Ports: "default", CreatedAt: at(1),
			Steps: []engine.Step{step(1, engine.StatePending, "")}, QueuePosition: &position, Owner: owner,
		},
		"scan_done": {
			ID: 7, Label: "nightly", Targets: []engine.Target{"192.0.2.1"}, Exclude: []engine.Target{"192.0.2.2"}, Ports: "22,80", CreatedAt: at(1), StartedAt: &started, EndedAt: &ended,
			Steps: []engine.Step{step(1, engine.StatePending, ""), step(2, engine.StateScheduled, "Scan queued"), step(3, engine.StateScanning, "1/10 - Scan started"), step(4, engine.StateDone, "Scan finished")},
			Count: 2, Summary: engine.Summary{High: 1, Total: 1, HostsUp: 1, OpenPorts: 2}, Owner: owner,
		},
	}
	for name, scan := range scans {
		r.serve(private.Handler(&fixed{Control: r.control, scan: scan}, nil))
		golden(t, name, r.own("GET /api/scanner/7/", "").is(200).body)
	}
}

// TestGoldenErrors pins the error object of each kind.
func TestGoldenErrors(t *testing.T) {
	r := open(t)
	r.loose = true // no route fails in all these ways
	for _, kind := range []engine.Kind{engine.Invalid, engine.Limit, engine.Forbidden, engine.NotFound, engine.Conflict, engine.Throttled, engine.Internal} {
		err := &engine.Error{Kind: kind, Title: "Something is wrong", Detail: "\"x\" is wrong", Hint: "change it", Field: "targets[3]"}
		if kind == engine.Limit {
			err.Limit, err.Current = 512, 513
		}
		r.serve(private.Handler(&fixed{Control: r.control, refuse: err}, nil))
		golden(t, "error_"+string(kind), r.own("GET /api/scanner/7/", "", "X-Request-Id: request").body)
	}
	golden(t, "error_no_key", r.send("GET /api/scanner/7/", "", "X-Request-Id: request").body)
	golden(t, "error_wrong_key", r.send("GET /api/scanner/7/", "", "X-Request-Id: request", "X-API-Key: wrong").body)
}
