package web_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	nethttp "net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// sockets is a dialer that counts.
type sockets struct{ dials atomic.Int32 }

var _ probe.Dialer = (*sockets)(nil)

func (s *sockets) Dial(ctx context.Context, to engine.Endpoint) (net.Conn, error) {
	s.dials.Add(1)
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", netip.AddrPortFrom(to.Addr, to.Port).String())
	if err != nil {
		return nil, err
	}
	return probe.Bound(ctx, conn, probe.ConnectionBytes, probe.ConnectionTime), nil
}

func (*sockets) Resolve(context.Context, string) ([]engine.Endpoint, error) { return nil, nil }

// session is TLS that has agreed on a protocol.
type session struct{ *tls.Conn }

func (session) Describe(*engine.Response) {}
func (s session) Negotiated() string      { return s.ConnectionState().NegotiatedProtocol }

func handshake(ctx context.Context, d probe.Dialer, to engine.Endpoint) (probe.Session, error) {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return nil, err
	}
	secured := session{tls.Client(conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}})} //nolint:gosec // a test server
	return secured, secured.HandshakeContext(ctx)
}

func locate(t *testing.T, server *httptest.Server, scheme string) web.Location {
	t.Helper()
	place, err := netip.ParseAddrPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return web.Location{Scheme: scheme, To: engine.Endpoint{Addr: place.Addr(), Port: place.Port(), Transport: engine.TCP, Target: "127.0.0.1"}, Path: "/"}
}

var echo = nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
	w.Header().Set("X-Path", r.URL.String()+" "+r.Host)
	_, _ = io.WriteString(w, strings.Repeat("x", 70<<10)) // more than a window of HTTP/2
})

// TestVersions fetches three pages from each kind of server over one connection; h2c
// needs one more to find out.
func TestVersions(t *testing.T) {
	http2Only := httptest.NewUnstartedServer(nil)
	http2Only.Config.Protocols = new(nethttp.Protocols)
	http2Only.Config.Protocols.SetUnencryptedHTTP2(true)
	http2Only.Config.Handler = echo
	http2Only.Config.ErrorLog = log.New(io.Discard, "", 0)
	http2Only.Start()
	both := httptest.NewUnstartedServer(echo)
	both.Config.Protocols = new(nethttp.Protocols)
	both.Config.Protocols.SetHTTP1(true)
	both.Config.Protocols.SetUnencryptedHTTP2(true)
	both.Start()
	secure := httptest.NewUnstartedServer(echo)
	secure.EnableHTTP2 = true
	secure.StartTLS()
	for name, tt := range map[string]struct {
		server *httptest.Server
		scheme string
		major  int
		dials  int32
	}{
		"HTTP/1.1":            {httptest.NewServer(echo), "http", 1, 1},
		"HTTP/1.1 and h2c":    {both, "http", 1, 1},
		"HTTP/2 only":         {http2Only, "http", 2, 2},
		"HTTP/2 by ALPN":      {secure, "https", 2, 1},
		"HTTP/1.1 without h2": {httptest.NewTLSServer(echo), "https", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			defer tt.server.Close()
			dialer := &sockets{}
			v := web.NewVisitor(dialer, handshake)
			defer v.Close()
			at := locate(t, tt.server, tt.scheme)
			for _, path := range []string{"/", "/b?c=d", "/e"} {
				p, err := v.Fetch(t.Context(), at.With(path))
				if err != nil {
					t.Fatalf("%s: %v", path, err)
				}
				if p.Status != 200 || p.Line != "200 OK" || p.Major != tt.major || len(p.Body) != 70<<10 || p.Header.Get("X-Path") != path+" "+at.To.HostPort() {
					t.Errorf("%s: %d %q HTTP/%d, %d bytes, %v", path, p.Status, p.Line, p.Major, len(p.Body), p.Header)
				}
			}
			if got := dialer.dials.Load(); got != tt.dials {
				t.Errorf("%d connections, want %d", got, tt.dials)
			}
		})
	}
}

// TestHTTP2ThatFails: a server that agrees on HTTP/2 and cannot speak it is spoken to
// in HTTP/1.1.
func TestHTTP2ThatFails(t *testing.T) {
	for name, said := range map[string]string{
		"HTTP/1.1 required": "\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x0d",
		"goes away":         "\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0d",
		"hangs up":          "", "text": "HTTP/1.1 400 Bad Request\r\n\r\n",
	} {
		peer := func(conn net.Conn) {
			request := make([]byte, 1<<10)
			n, err := conn.Read(request)
			answer := "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
			if bytes.HasPrefix(request[:n], []byte("PRI * HTTP/2.0")) {
				answer = said
			}
			if err == nil {
				_, _ = io.WriteString(conn, answer)
			}
		}
		v := web.NewVisitor(probetest.NewDialer(peer), agree, plain)
		p, err := v.Fetch(t.Context(), web.Location{Scheme: "https", To: probetest.Endpoint(), Path: "/"})
		if err != nil || p.Status != 200 || p.Major != 1 || string(p.Body) != "hi" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
		v.Close()
	}
}

func packed(t *testing.T, pack func(io.Writer) io.WriteCloser, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := pack(&b)
	_, err := io.WriteString(w, text)
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.String()
}

func fetch(t *testing.T, answer string) (*web.Page, error) {
	t.Helper()
	v := web.NewVisitor(probetest.NewDialer(probetest.Answers([]byte(answer))), nil)
	defer v.Close()
	return v.Fetch(t.Context(), web.Location{Scheme: "http", To: probetest.Endpoint(), Path: "/"})
}

func TestBodies(t *testing.T) {
	zip := func(text string) string {
		return packed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, text)
	}
	bomb := zip(strings.Repeat("\x00", 20<<20))
	deflated := packed(t, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, "deflated")
	for name, tt := range map[string]struct{ head, body, want string }{
		"gzip":            {"Content-Encoding: gzip\r\n", zip("hello"), "hello"},
		"deflate":         {"Content-Encoding: deflate\r\n", deflated, "deflated"},
		"deflate, bare":   {"Content-Encoding: deflate\r\n", deflated[2:], "deflated"},
		"no gzip at all":  {"Content-Encoding: gzip\r\n", "plain", "plain"},
		"cut off":         {"Content-Encoding: gzip\r\n", zip(strings.Repeat("hello", 1000))[:30], "h"},
		"unknown":         {"Content-Encoding: br\r\n", "\x0b\x02", "\x0b\x02"},
		"bomb":            {"Content-Encoding: gzip\r\n", bomb, strings.Repeat("\x00", web.MaxBody)},
		"after early 103": {"", "HTTP body", "HTTP body"},
	} {
		start := "HTTP/1.1 200 OK\r\n"
		if name == "after early 103" {
			start = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + start
		}
		p, err := fetch(t, start+tt.head+fmt.Sprintf("Content-Length: %d\r\n\r\n", len(tt.body))+tt.body)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := string(p.Body); got != tt.want && (name != "cut off" || !strings.HasPrefix(got, tt.want)) {
			t.Errorf("%s: %.40q (%d), want %.40q", name, got, len(got), tt.want)
		}
	}
}

func TestCharacterSets(t *testing.T) {
	for name, tt := range map[string]struct{ kind, body, want string }{
		"UTF-8":             {"text/html", "<title>Gr\xc3\xbc\xc3\x9fe</title>", "Grüße"},
		"header":            {"text/html; charset=iso-8859-1", "<title>Gr\xfc\xdfe</title>", "Grüße"},
		"page":              {"text/html", "<meta charset=windows-1251><title>\xcf\xf0\xe8\xe2\xe5\xf2</title>", "Привет"},
		"page, Shift JIS":   {"text/html", "<meta http-equiv=content-type content='text/html; charset=Shift_JIS'><title>\x93\xfa\x96\x7b</title>", "日本"},
		"nothing declared":  {"text/html", "<title>Caf\xe9</title>", "Café"},
		"GBK":               {"text/html;charset=gb2312", "<title>\xd6\xd0\xce\xc4</title>", "中文"},
		"UTF-16 by its BOM": {"text/html", "\xff\xfe<\x00t\x00i\x00t\x00l\x00e\x00>\x00h\x00i\x00<\x00/\x00t\x00i\x00t\x00l\x00e\x00>\x00", "hi"},
		"unknown set":       {"text/html; charset=klingon", "<title>hi</title>", "hi"},
		"no text":           {"image/png", "<title>\xff</title>", "\uFFFD"},
	} {
		p, err := fetch(t, "HTTP/1.1 200 OK\r\nContent-Type: "+tt.kind+"\r\n\r\n"+tt.body)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Block().Title; got != tt.want {
			t.Errorf("%s: title %q, want %q", name, got, tt.want)
		}
	}
}

// TestNotHTTP: the end of a line that is not HTTP's is not waited for.
func TestNotHTTP(t *testing.T) {
	for name, answer := range map[string]string{
		"other text": "RTSP/1.0 400 Bad Request\r\n\r\n", "echo": "GET / HTTP/1.1\r\n", "binary": "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09",
		"begins right": "HTTP is not spoken here\r\n", "short": "HTT", "only interim": strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100),
		"frame, then nothing": "\x00\x00\x00\x04\x00\x00\x00\x00\x00",
	} {
		if p, err := fetch(t, answer); err == nil {
			t.Errorf("%s: took it for %+v", name, p)
		}
	}
}

func TestHeaders(t *testing.T) {
	p, err := fetch(t, "HTTP/1.0 403 Go away\r\nX-Jenkins: 2.4\r\nX-Odd: 1\r\nx-odd: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 3\r\n\r\nno me@example.com, you@localhost, @, a@b.c@example.org")
	if err != nil {
		t.Fatal(err)
	}
	b := p.Block()
	switch {
	case b.StatusLine != "403 Go away", b.Version != web.Version{Major: 1, Minor: 0, Name: "HTTP/1.0"}, b.ContentLength != 3:
		t.Errorf("%+v", b)
	case fmt.Sprint(b.Headers) != "map[content_length:[3] set_cookie:[a=1 b=2] x_jenkins:[2.4]]", fmt.Sprint(b.UnknownHeaders) != "[{x_odd [1 2]}]":
		t.Errorf("%v %v", b.Headers, b.UnknownHeaders)
	}
}

func TestContacts(t *testing.T) {
	p, err := fetch(t, "HTTP/1.0 200 OK\r\n\r\nme@example.com, you@localhost, @, you@b.example.org. me@example.com "+strings.Repeat("a@", 100))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(p.Block().Contacts.Emails); got != "[me@example.com you@b.example.org]" {
		t.Error(got)
	}
}

func TestSays(t *testing.T) {
	p, err := fetch(t, "HTTP/1.1 200 OK\r\nServer: nginx/1.2\r\nContent-Length: 10\r\n\r\n<title>a b")
	if err != nil {
		t.Fatal(err)
	}
	answers := []engine.Response{{}, p.Response(p.Block())}
	for text, want := range map[string]bool{"<title>a": true, "server: nginx": true, "server: nginx$": false, "content_length: 1": true, "content_length: 10$": true, "content_length: 1$": false, "Server: nginx": false, "x_y: ": false, "server: ": true} {
		if got := web.Says(answers, "nothing", text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
