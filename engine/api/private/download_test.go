package private_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// failing is a control whose disk goes away after two documents.
type failing struct {
	*control.Control
	err error
}

func (f *failing) Search(context.Context, engine.User, control.Search) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		_ = yield(index.Document{Data: []byte(`{"port":1}`)}, nil) && yield(index.Document{Data: []byte("{\n\"port\":\r\n2}")}, nil) && yield(index.Document{}, f.err)
	}
}

func (f *failing) Download(ctx context.Context, caller engine.User, search control.Search) iter.Seq2[index.Document, error] {
	return f.Search(ctx, caller, search)
}

func TestBrokenDownloadsAreCutOff(t *testing.T) {
	r := open(t)
	r.serve(private.Handler(&failing{Control: r.control, err: errors.New("disk gone")}, nil))
	for body, want := range map[string]string{
		`{"q":"*","raw":true}`: "{\"data\":{\"port\":1}}\n{\"data\":{\"port\":2}}\n",
		`{"q":"*"}`:            "[{\"data\":{\"port\":1}},\n{\"data\":{\"port\":2}}",
	} {
		got := r.own("POST /api/responses/download/", body).is(200)
		if got.cutOff == nil || got.body != want {
			t.Errorf("%s: %q, cut off: %v", body, got.body, got.cutOff)
		}
	}
	// What is not asked for any more cannot fail.
	if got := r.own("POST /api/responses/download/", `{"q":"*","size":2}`).is(200); got.cutOff != nil || !strings.HasSuffix(got.body, "]\n") {
		t.Errorf("%q, cut off: %v", got.body, got.cutOff)
	}
	r.own("GET /api/responses/?q=*", "").fails(500, engine.Internal, "")
}

// endless is a control that finds documents until nobody listens any more.
type endless struct {
	*control.Control
	ended chan struct{}
}

func (e *endless) Download(ctx context.Context, _ engine.User, _ control.Search) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		defer close(e.ended)
		for yield(index.Document{Data: []byte(`{"port":1}`)}, ctx.Err()) {
		}
	}
}

func TestDownloadsEndWithTheirClient(t *testing.T) {
	r := open(t)
	e := &endless{Control: r.control, ended: make(chan struct{})}
	r.serve(private.Handler(e, nil))
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	body := `{"q":"*","raw":true}`
	if _, err := conn.Write([]byte("POST /api/responses/download/ HTTP/1.1\r\nHost: engine\r\nX-API-Key: " + ownKey + "\r\nContent-Length: 20\r\n\r\n" + body)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	<-e.ended // or the test times out
}

// TestDownloadsGoOnByCount reads a part, and then what is missing of it.
func TestDownloadsGoOnByCount(t *testing.T) {
	r := open(t)
	r.done("old", webs(70), nil)
	r.done("new", []engine.Response{web("192.0.2.1", 8003, "newer", 9), web("192.0.2.1", 9999, "alone", 1)}, nil)
	whole := r.download(`{"q":"*"}`)
	if len(whole) != 71 {
		t.Fatalf("%d documents, want 71", len(whole))
	}
	for _, start := range []int{0, 1, 2, 40, 70, 71, 5000} {
		got := r.download(fmt.Sprintf(`{"q":"*","start":%d,"size":"100"}`, start))
		if want := whole[min(start, 71):]; !slices.Equal(got, want) {
			t.Errorf("from %d: %v, want %v", start, got, want)
		}
	}
	r.own("POST /api/responses/download/", `{"q":"*","start":-1}`).fails(400, engine.Invalid, "start")
}

func (r *room) download(body string) []string {
	r.t.Helper()
	var items []struct {
		Data json.RawMessage `json:"data"`
	}
	r.own("POST /api/responses/download/", body).is(200).into(&items)
	documents := make([]json.RawMessage, len(items))
	for i, item := range items {
		documents[i] = item.Data
	}
	return uris(r.t, documents)
}

func TestDownloadsAsTables(t *testing.T) {
	r := open(t)
	first := web("192.0.2.1", 80, "=1+1, \"quoted\"\nline", 1)
	first.Blocks["odd"] = []any{-3, true, map[string]any{"x": "@cell"}}
	r.done("scan", []engine.Response{first}, nil)
	for body, want := range map[string]string{
		`{"q":"*","type":"csv","fields":"port,http.title,tag.name"}`:                                               "port,http.title,tag.name\n80,\"'=1+1, \"\"quoted\"\"\nline\",nginx; php\n",
		`{"q":"*","type":"csv","fields":["odd","nosuch","http.headers"]}`:                                          "odd,nosuch,http.headers\n'-3; true; x=@cell,,server=nginx\n",
		`{"q":"port:1","type":"csv","fields":"uri"}`:                                                               "uri\n",
		`{"q":"*","type":"csv","fields":"uri,host,ip,prot4,prot7,protocol,path,http,tag","source_type":"exclude"}`: "port,last_updated\n80,2026-01-02T03:04:01.000Z\n",
	} {
		got := r.own("POST /api/responses/download/", body).is(200)
		if got.body != want || got.header.Get("Content-Type") != "text/csv; charset=utf-8" {
			t.Errorf("%s: %q as %s, want %q", body, got.body, got.header.Get("Content-Type"), want)
		}
	}
	if got := r.own("POST /api/responses/download/", `{"q":"*","type":"csv"}`).is(200); !strings.HasPrefix(got.body, "uri,host,ip,port,") {
		t.Errorf("without fields: %q", got.body)
	}
	r.own("POST /api/responses/download/", `{"q":"*","type":"xml"}`).fails(400, engine.Invalid, "type")
	r.own("POST /api/responses/download/", `{"q":"*","type":"csv","indices":99}`).fails(404, engine.NotFound, "id")
}
