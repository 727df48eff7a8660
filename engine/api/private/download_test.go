package private_test

import (
	"context"
	"errors"
	"iter"
	"net"
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

func (e *endless) Search(ctx context.Context, _ engine.User, _ control.Search) iter.Seq2[index.Document, error] {
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
