package private_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	indexsqlite "github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/proof"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
	storesqlite "github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

const (
	ownKey     = "OwnKey0123456789OwnKey0123456789"
	foreignKey = "ForeignKey0123456789ForeignKey01"
)

// room is the dialect over a real control on real databases. Nothing scans: scans
// stay pending until a test says what they found.
type room struct {
	t       *testing.T
	control *control.Control
	store   store.Store
	shelf   index.Shelf
	user    engine.User
	address string
	wrong   *atomic.Bool // the DNS has other tokens than it should have
	loose   bool         // answers may be such as the document does not know
}

func open(t *testing.T) *room {
	t.Helper()
	dir := t.TempDir()
	r := &room{t: t, wrong: new(atomic.Bool)}
	var err error
	if r.store, err = storesqlite.Open(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	if r.shelf, err = indexsqlite.Open(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.shelf.Close() })
	r.control = control.New(control.Config{
		Store: r.store, Shelf: r.shelf, Process: control.ThisProcess(), Catalogue: func() ([]engine.Rule, error) { return feed.Rules(), nil },
		About:    engine.About{Version: "test", Mode: engine.ModeServer},
		Notifier: nowhere{},
		Proof:    proof.New(proof.Config{Servers: []netip.AddrPort{enginetest.TextServer(t, r.tokens)}}),
	})
	if r.user, _, err = r.control.EnsureFirstUser(t.Context(), "own@example.com", ownKey); err != nil {
		t.Fatal(err)
	}
	r.add(engine.User{Email: "foreign@example.com", Plan: r.user.Plan}, foreignKey)
	r.serve(private.Handler(r.control, nil))
	return r
}

// tokens are in the DNS: those of all targets, at their names.
func (r *room) tokens(name string) []string {
	var texts []string
	_ = r.store.View(context.Background(), func(tx store.Tx) error { // the asker sees what comes of it
		records, err := tx.Records(store.RecordFilter{Kind: engine.DeclaredTargetKind})
		for _, record := range records {
			var target engine.DeclaredTarget
			if err = errors.Join(err, record.Declare(&target)); target.Verification.DNSName == name && !r.wrong.Load() {
				texts = append(texts, target.Verification.Token)
			}
		}
		return err
	})
	return append(texts, "v=spf1 -all")
}

// serve makes handler what requests go to.
func (r *room) serve(handler http.Handler) {
	server := httptest.NewServer(handler)
	r.t.Cleanup(server.Close)
	r.address = server.Listener.Addr().String()
}

// add puts a user with a key on record.
func (r *room) add(user engine.User, key string) engine.User {
	r.t.Helper()
	err := r.store.Update(r.t.Context(), func(tx store.Tx) error {
		if err := tx.InsertUser(&user); err != nil {
			return err
		}
		return tx.InsertKey(&engine.Key{UserID: user.ID, Hash: engine.HashKey(key)})
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return user
}

// pending creates a scan.
func (r *room) pending(label string) engine.ScanID {
	r.t.Helper()
	scan, err := r.control.CreateScan(r.t.Context(), r.user, engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}, Label: label})
	if err != nil {
		r.t.Fatal(err)
	}
	return scan.ID
}

// done creates a scan that has ended with these results.
func (r *room) done(label string, responses []engine.Response, findings []engine.Finding, ports ...engine.Endpoint) engine.ScanID {
	r.t.Helper()
	id := r.pending(label)
	ix, err := r.shelf.Create(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	task := engine.Task{ScanID: id, ID: 1, Targets: []engine.Target{"192.0.2.1"}, Ports: "common"}
	report := engine.Report{ScanID: id, TaskID: 1, Attempt: 1, Responses: responses, Findings: findings, Open: ports, Done: true, At: time.Now()}
	if err := ix.AddTasks(r.t.Context(), []engine.Task{task}); err != nil {
		r.t.Fatal(err)
	}
	if err := ix.Append(r.t.Context(), report); err != nil {
		r.t.Fatal(err)
	}
	r.end(id, ix)
	return id
}

// end records the end of a scan as control does.
func (r *room) end(id engine.ScanID, ix index.Index) {
	r.t.Helper()
	progress, err := ix.Progress(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	err = r.store.Update(r.t.Context(), func(tx store.Tx) error {
		scan, err := tx.Scan(id)
		if err != nil {
			return err
		}
		scan.Count, scan.Summary = progress.Documents, progress.Summary
		for state, text := range ordered() {
			if err := scan.Advance(state, text, time.Now()); err != nil {
				return err
			}
		}
		return tx.SaveScan(&scan)
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// ordered yields the steps of a scan that goes well.
func ordered() func(func(engine.State, string) bool) {
	return func(yield func(engine.State, string) bool) {
		_ = yield(engine.StateScheduled, "Scan queued") && yield(engine.StateScanning, "1/10 - Scan started") && yield(engine.StateDone, "Scan finished")
	}
}

// web is a document of an HTTP service; at is the second it was seen in.
func web(host string, port int, title string, at int) engine.Response {
	e := engine.Endpoint{Addr: netip.MustParseAddr(host), Port: uint16(port), Transport: engine.TCP, Target: engine.Target(host)}
	r := engine.NewResponse(e, "http", "http", "/", time.Date(2026, 1, 2, 3, 4, at, 0, time.UTC))
	r.Tags = []engine.Tag{{Name: "nginx", FullName: "nginx", Version: "1.24.0"}, {Name: "php", FullName: "PHP"}}
	r.Blocks["http"] = map[string]any{"title": title, "status_code": 200, "headers": map[string][]string{"server": {"nginx"}}}
	return r
}

// webs gives n of them, of rising ports.
func webs(n int) []engine.Response {
	list := make([]engine.Response, n)
	for i := range list {
		list[i] = web("192.0.2.1", 8000+i, fmt.Sprintf("Page %d", i), 0)
	}
	return list
}

// answer is a response read to its end.
type answer struct {
	t      *testing.T
	asked  string
	status int
	header http.Header
	body   string
	cutOff error
}

// own sends a request of the owner's, byte for byte: paths and bodies of the API's
// documents stand in tests as they stand there. What is answered must be as the
// OpenAPI document says, whatever a test asks for.
func (r *room) own(line, body string, headers ...string) answer {
	r.t.Helper()
	return r.send(line, body, append(headers, "X-API-Key: "+ownKey)...)
}

func (r *room) send(line, body string, headers ...string) answer {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	lines := append([]string{line + " HTTP/1.1", "Host: engine", "Connection: close", "Content-Type: application/json"}, headers...)
	if body != "" {
		lines = append(lines, fmt.Sprintf("Content-Length: %d", len(body)))
	}
	if _, err := io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n\r\n"+body); err != nil {
		r.t.Fatal(err)
	}
	method, _, _ := strings.Cut(line, " ")
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		r.t.Fatal(line, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	a := answer{t: r.t, asked: line + " " + body, status: response.StatusCode, header: response.Header, body: string(text), cutOff: err}
	if !r.loose {
		conforms(r.t, line, body, a)
	}
	return a
}

// is checks the status.
func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.asked, a.status, status, a.body)
	}
	return a
}

// into reads the body.
func (a answer) into(v any) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		a.t.Fatalf("%s: %v in %s", a.asked, err, a.body)
	}
}

func (a answer) object() map[string]any {
	a.t.Helper()
	var object map[string]any
	a.into(&object)
	return object
}

// fails checks that the answer is an error as clients need it, about field.
func (a answer) fails(status int, kind engine.Kind, field string) map[string]any {
	a.t.Helper()
	object := a.is(status).object()
	for _, name := range []string{"type", "title", "detail"} {
		if text, ok := object[name].(string); !ok || text == "" {
			a.t.Errorf("%s: %s is %v", a.asked, name, object[name])
		}
	}
	got, _ := object["field"].(string)
	if object["kind"] != string(kind) || got != field {
		a.t.Errorf("%s: kind %v, field %q, want %s, %q: %s", a.asked, object["kind"], got, kind, field, a.body)
	}
	return object
}

// uris reads the documents of a search or a download.
func uris(t *testing.T, documents []json.RawMessage) []string {
	t.Helper()
	list := []string{}
	for _, document := range documents {
		var response engine.Response
		if err := json.Unmarshal(document, &response); err != nil {
			t.Fatal(err)
		}
		list = append(list, response.URI)
	}
	return list
}

// items reads a page of documents.
func (a answer) items() []json.RawMessage {
	a.t.Helper()
	var page struct {
		Items []struct {
			Data json.RawMessage `json:"data"`
		} `json:"items"`
	}
	a.is(200).into(&page)
	documents := []json.RawMessage{}
	for _, item := range page.Items {
		documents = append(documents, item.Data)
	}
	return documents
}

// nowhere takes every notice: the address in the examples is nobody's.
type nowhere struct{}

func (nowhere) Admit(engine.Notification) error { return nil }

func (nowhere) Send(context.Context, engine.Notification, engine.Delivery) engine.DeliveryTry {
	return engine.DeliveryTry{StatusCode: 204}
}
