package private_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// events reads a stream as the standard says: blocks of lines, ended by an empty one.
func (a answer) events() (names, ids []string) {
	a.t.Helper()
	if got := a.is(200).header.Get("Content-Type"); got != "text/event-stream" {
		a.t.Errorf("%s: Content-Type %q", a.asked, got)
	}
	for block := range strings.SplitSeq(strings.TrimSuffix(a.body, "\n\n"), "\n\n") {
		name, id := "", ""
		for line := range strings.SplitSeq(block, "\n") {
			field, value, _ := strings.Cut(line, ": ")
			switch field {
			case "event":
				name = value
			case "id":
				id = value
			case "data":
				if !strings.HasPrefix(value, "{") {
					a.t.Errorf("%s: data %q", a.asked, value)
				}
			default:
				a.t.Errorf("%s: line %q", a.asked, line)
			}
		}
		names, ids = append(names, name), append(ids, id)
	}
	return names, ids
}

func TestEventsOfAScan(t *testing.T) {
	r := open(t)
	id := r.done("line one\nevent: forged", nil, nil)
	path := fmt.Sprintf("GET /api/scanner/%d/events/", id)
	names, ids := r.own(path, "").events()
	if got, want := strings.Join(names, " "), "step step step step counts end"; got != want {
		t.Errorf("events are %q, want %q", got, want)
	}
	if ids[0] == "" || ids[3] == "" || ids[4] != "" || ids[5] == "" {
		t.Errorf("ids are %q", ids)
	}
	for _, back := range []answer{r.own(path, "", "Last-Event-ID: "+ids[2]), r.own(path+"?after="+ids[2], "")} {
		names, again := back.events()
		if strings.Join(names, " ") != "step counts end" || again[0] != ids[3] {
			t.Errorf("back after %s it is %q %q", ids[2], names, again)
		}
	}
	// Who has heard the end and comes back, as browsers do by themselves, is told not to.
	if over := r.own(path, "", "Last-Event-ID: "+ids[5]).is(204); over.body != "" {
		t.Errorf("after the end comes %q", over.body)
	}
	r.send(path, "", "X-API-Key: "+foreignKey, "Last-Event-ID: "+ids[5]).fails(404, "not_found", "id")
	r.own(path, "", "Last-Event-ID: x").fails(400, "invalid", "Last-Event-ID")
	r.send(path, "", "X-API-Key: "+foreignKey).fails(404, "not_found", "id")
}

// listen begins to listen to a scan: it is counted when the answer begins.
func (r *room) listen(id engine.ScanID) (status int, leave func()) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, fmt.Sprintf("http://%s/api/scanner/%d/events/", r.address, id), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("X-API-Key", ownKey)
	response, err := http.DefaultClient.Do(request) //nolint:bodyclose // the caller closes it, by leave
	if err != nil {
		r.t.Fatal(err)
	}
	return response.StatusCode, func() { _ = response.Body.Close() }
}

// TestListenersAreBoundedAndFreed: one too many is turned away in the form that clients
// know, and who goes away makes room.
func TestListenersAreBoundedAndFreed(t *testing.T) {
	r := open(t)
	id := r.pending("x")
	var leaves []func()
	for range 100 {
		status, leave := r.listen(id)
		if status != 200 {
			t.Fatalf("listener %d: status %d", len(leaves)+1, status)
		}
		leaves = append(leaves, leave)
	}
	refused := r.own(fmt.Sprintf("GET /api/scanner/%d/events/", id), "").fails(429, "throttled", "")
	if refused["type"] != "request_was_throttled" {
		t.Errorf("refused with %v", refused)
	}
	for _, leave := range leaves {
		leave()
	}
	for status := 0; status != 200; {
		var leave func()
		status, leave = r.listen(id)
		leave()
	}
}
