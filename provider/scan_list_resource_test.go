package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestListScans(t *testing.T) {
	zoo, e, pit := enginetest.Services(t), enginetest.Start(t), enginetest.NewTarpit(t)
	w := onServer(t, e)
	nightly := w.created(scanOf(strconv.Itoa(zoo.Get("redis").Port), object{"label": "nightly"}))
	w.created(scanOf(strconv.Itoa(pit.Port), object{"label": "weekly", "wait": false}))
	all := w.names(w.list(listing{name: scanType}))
	if len(all) != 2 || !strings.HasPrefix(all[0], "weekly (") || !strings.HasPrefix(all[1], "nightly (done, 1 ") {
		t.Errorf("listed %q", all)
	}
	for name, config := range map[string]object{
		"label":         {"label": "^night"},
		"status":        {"status": "done"},
		"owner":         {"owner": strings.ToUpper(text(t, nightly, "owner")), "label": "nightly"},
		"created_after": {"created_after": "2001-01-01T00:00:00Z", "status": "done"},
	} {
		if got := w.list(listing{name: scanType, config: config}); len(got) != 1 || w.identityID(got[0].Identity) != text(t, nightly, "id") {
			t.Errorf("by %s: %q", name, w.names(got))
		}
	}
	for name, config := range map[string]object{
		"owner":         {"owner": "nobody@example.com"},
		"created_after": {"created_after": time.Now().Add(time.Hour).Format(time.RFC3339)},
	} {
		if got := w.list(listing{name: scanType, config: config}); len(got) != 0 {
			t.Errorf("by %s: %q", name, w.names(got))
		}
	}
	if got := w.list(listing{name: scanType, limit: 1}); len(got) != 1 {
		t.Errorf("a limit of 1 gives %d", len(got))
	}
}

// The resource in a result is what an import and a refresh would give.
func TestListScansWhole(t *testing.T) {
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	state := w.created(scanOf(strconv.Itoa(zoo.Get("redis").Port), object{"label": "nightly"}))
	results := w.list(listing{name: scanType, whole: true})
	if len(results) != 1 {
		t.Fatalf("%d results", len(results))
	}
	w.clean(&results[0])
	if got := w.state(w.resourceType(), results[0].Resource); !got.Equal(state) {
		t.Errorf("listed\n%s\nthe state is\n%s", got, state)
	}
}

// A list that is longer than what is asked for at a time comes whole, newest first; what
// goes wrong in the middle is a result, so that nobody takes the list for whole.
func TestListManyScans(t *testing.T) {
	const scans = 103
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	for i := range scans {
		_, err := e.Client.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(strconv.Itoa(pit.Port)), Label: fmt.Sprint("scan ", i)})
		if err != nil {
			t.Fatal(err)
		}
	}
	w := onServer(t, e)
	var ids []int
	for _, r := range w.list(listing{name: scanType}) {
		id, _ := strconv.Atoi(w.identityID(r.Identity))
		ids = append(ids, -id)
	}
	if len(ids) != scans || !slices.IsSorted(ids) {
		t.Errorf("%d scans, newest first: %v", len(ids), slices.IsSorted(ids))
	}
	isRevoked := false
	results := w.list(listing{name: scanType, each: func(tfprotov6.ListResourceResult) {
		if !isRevoked {
			isRevoked = true
			revokeKey(t, e)
		}
	}})
	last := results[len(results)-1]
	wantError(t, &last, "", "API key not found")
	if len(results) != 101 {
		t.Errorf("%d results before the key was revoked", len(results)-1)
	}
}

// revokeKey makes the engine's key open no door any more.
func revokeKey(t *testing.T, e *enginetest.Engine) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.Endpoint+"/api/api_keys/reset_api_key/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-API-Key", e.Key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
}

func TestListScansErrors(t *testing.T) {
	withoutEnvironment(t)
	w := newWire(t)
	wantError(t, w.validateList(listing{name: scanType, config: object{"label": "("}}), "label", "regular expression")
	wantError(t, w.validateList(listing{name: scanType, config: object{"status": "running"}}), "status", "in_progress")
	wantError(t, w.validateList(listing{name: scanType, config: object{"created_after": "yesterday"}}), "created_after")
	w.clean(w.validateList(listing{name: scanType, config: object{"label": unknown{}}}))
	w.clean(w.configure(object{"endpoint": unknown{}}, false))
	results := w.list(listing{name: scanType})
	if len(results) != 1 {
		t.Fatalf("%d results", len(results))
	}
	wantError(t, &results[0], "", "Engine is not known yet")
}

func TestAccListScans(t *testing.T) {
	zoo, w := enginetest.Services(t), newWorkspace(t, "provider \"portolan\" {}\n")
	w.needs("query", "-generate-config-out")
	w.env = append(w.env, "PORTOLAN_DATA_DIR="+t.TempDir())
	w.write("scan.tf", strings.Replace(scanBlock(strconv.Itoa(zoo.Get("redis").Port), ""), "{", "{\n  label = \"nightly\"", 1))
	w.must("apply", "-auto-approve")
	w.copyExample("list-resources/portolan_scan")
	if out := w.must("query"); !strings.Contains(out, "nightly (done, 1 ") {
		t.Errorf("the scan is missing from:\n%s", out)
	}
}
