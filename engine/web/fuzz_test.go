package web_test

import (
	"bytes"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"

	"context"
	"net"
)

// spoken is what a server of HTTP/2 says to a first request: an interim head, a head
// in two frames, and a body.
func spoken(tb testing.TB) []byte {
	tb.Helper()
	var said, fields bytes.Buffer
	framer, encoder := http2.NewFramer(&said, nil), hpack.NewEncoder(&fields)
	write := func(err error) {
		if err != nil {
			tb.Fatal(err)
		}
	}
	head := func(pairs ...string) []byte {
		fields.Reset()
		for i := 0; i < len(pairs); i += 2 {
			write(encoder.WriteField(hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]}))
		}
		return bytes.Clone(fields.Bytes())
	}
	write(framer.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 100}))
	write(framer.WriteSettingsAck())
	write(framer.WritePing(false, [8]byte{1}))
	write(framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: head(":status", "103"), EndHeaders: true}))
	final := head(":status", "404", "server", "nginx", "content-length", "5")
	write(framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: final[:3]}))
	write(framer.WriteContinuation(1, true, final[3:]))
	write(framer.WriteDataPadded(1, false, []byte("hel"), make([]byte, 10)))
	write(framer.WriteData(1, true, []byte("lo")))
	return said.Bytes()
}

// agreed is a "TLS" that has agreed on HTTP/2.
type agreed struct{ net.Conn }

func (agreed) Describe(*engine.Response) {}
func (agreed) Negotiated() string        { return "h2" }

func agree(ctx context.Context, d probe.Dialer, to engine.Endpoint) (probe.Session, error) {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return nil, err
	}
	return agreed{conn}, nil
}

// unsettled is a "TLS" that has agreed on nothing.
type unsettled struct{ net.Conn }

func (unsettled) Describe(*engine.Response) {}

func plain(ctx context.Context, d probe.Dialer, to engine.Endpoint) (probe.Session, error) {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return nil, err
	}
	return unsettled{conn}, nil
}

func fetch2(ctx context.Context, said []byte) (*web.Page, error) {
	v := web.NewVisitor(probetest.NewDialer(probetest.Answers(said)), agree)
	defer v.Close()
	return v.Fetch(ctx, web.Location{Scheme: "https", To: probetest.Endpoint(), Path: "/"})
}

func TestFrames(t *testing.T) {
	said := spoken(t)
	p, err := fetch2(t.Context(), said)
	if err != nil {
		t.Fatal(err)
	}
	if p.Status != 404 || p.Line != "404 Not Found" || p.Header.Get("Server") != "nginx" || string(p.Body) != "hello" || p.Length != 5 {
		t.Errorf("%+v", p)
	}
	for n := range said {
		p, err := fetch2(t.Context(), said[:n])
		if err == nil && (p.Status != 404 || !bytes.HasPrefix([]byte("hello"), p.Body)) {
			t.Errorf("cut off after %d: %+v", n, p)
		}
	}
}

func FuzzHTTP2(f *testing.F) {
	f.Add(spoken(f))
	f.Add([]byte("\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := fetch2(t.Context(), data)
		if err == nil && (len(p.Body) > web.MaxBody || p.Status < 100) {
			t.Errorf("%d, %d bytes", p.Status, len(p.Body))
		}
	})
}

func FuzzHTTP1(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"HTTP/1.1 200 \x1bOK\r\n folded\r\nnon sense\r\nServer: a\x01\r\n b\n\nhi", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-16\r\n\r\n\xff\xfe<\x00",
		"HTTP/1.1 200 OK\r\n\r\n<title>a</title><meta name=description content=b><link rel=icon href=c><script src=d></script>me@example.com",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v := web.NewVisitor(probetest.NewDialer(probetest.Answers(data)), nil)
		defer v.Close()
		p, err := v.Fetch(t.Context(), web.Location{Scheme: "http", To: probetest.Endpoint(), Path: "/"})
		if err != nil {
			return
		}
		if b := p.Block(); len(p.Body) > web.MaxBody || len(b.Body) > 3*web.MaxBody {
			t.Errorf("%d bytes, %d of text", len(p.Body), len(b.Body))
		}
	})
}

func FuzzReadObject(f *testing.F) {
	for _, seed := range []string{`{"a":"b","c":{"d":1},"e":[`, `{}`, `{"a":`, `[{"a":1},{"b":`, `{"a":1}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, data []byte) {
		o := web.ReadObject(data)
		_, _ = (&web.Page{Body: data}).List()
		for name := range o {
			_, _, _ = o.Text(name), o.Object(name), o.Has(name)
		}
	})
}

func TestObjects(t *testing.T) {
	o := web.ReadObject([]byte(` {"a":"b","c":{"d":"e"},"f":1,"g":"cut of`))
	if len(o) != 3 || o.Text("a") != "b" || o.Object("c").Text("d") != "e" || o.Text("f") != "" || o.Has("a", "g") || o.Object("g").Text("h") != "" {
		t.Errorf("%v", o)
	}
	for body, want := range map[string]int{`[]`: 0, `[{"a":1},{"b":2}]`: 2, `[{"a":1},{"b`: 1, `{}`: -1, `[1]`: -1, `[{"a":1} x`: -1, ``: -1} {
		list, ok := (&web.Page{Body: []byte(body)}).List()
		if ok != (want >= 0) || ok && len(list) != want {
			t.Errorf("%s: %v %v, want %d", body, list, ok, want)
		}
	}
}
