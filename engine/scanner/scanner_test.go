package scanner_test

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

func TestServices(t *testing.T) {
	list, want := zoo(t)
	start := time.Now()
	found := run(t, scanner.Config{Probes: all.Probes(), Checks: everythingIsBad{}}, task(ports(list...), "127.0.0.1"))
	t.Logf("five services and five closed ports took %s", time.Since(start))
	if got := found.uris(); !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
	if slices.Sort(list[:5]); !slices.Equal(found.ports(), list[:5]) {
		t.Errorf("open %v, want %v", found.ports(), list[:5])
	}
	if len(found.findings) != len(found.responses) {
		t.Errorf("%d findings of %d responses", len(found.findings), len(found.responses))
	}
	for _, r := range found.responses {
		if r.Protocol == "https" {
			wantTLS(t, r)
		}
	}
}

func wantTLS(t *testing.T, r engine.Response) {
	t.Helper()
	document, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		HTTP        struct{ Title string }
		Certificate struct {
			Names []string `json:"names"`
		}
		TLS struct {
			Versions []string
			Trusted  bool
			Matches  bool `json:"name_matches"`
		}
	}
	if err := json.Unmarshal(document, &got); err != nil {
		t.Fatal(err)
	}
	if got.HTTP.Title != "hi" || !slices.Contains(got.Certificate.Names, "127.0.0.1") || !slices.Equal(got.TLS.Versions, []string{"TLSv1.2", "TLSv1.3"}) || got.TLS.Trusted || !got.TLS.Matches {
		t.Errorf("%+v", got)
	}
}

// everythingIsBad finds one thing wrong with each response.
type everythingIsBad struct{}

func (everythingIsBad) Judge(r engine.Response) ([]engine.Finding, error) {
	return []engine.Finding{{Rule: "test", URI: r.URI}}, nil
}

// TestTrickyServices plays servers that could be taken for others.
func TestTrickyServices(t *testing.T) {
	tests := map[string]struct {
		serve func(net.Conn)
		want  string // protocol; "" for an open port without a document
	}{
		"answers 400 to everything": {func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
		}, "http"},
		"hangs up at once":       {func(net.Conn) {}, ""},
		"greets in no known way": {func(conn net.Conn) { _, _ = io.WriteString(conn, "hello stranger\n"); holds(conn) }, "unknown"},
		"answers in no known way": {func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, "what?\n")
		}, "unknown"},
		"SSH that hangs up": {func(conn net.Conn) { _, _ = io.WriteString(conn, "SSH-2.0-x\r\n") }, "ssh"},
		"refuses TLS": {func(conn net.Conn) {
			_ = tls.Server(conn, &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, errors.New("no") }}).Handshake()
		}, "tls"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			port := listen(t, "127.0.0.1:0", tt.serve)
			found := run(t, scanner.Config{Probes: all.Probes()}, task(ports(port), "127.0.0.1"))
			var got []string
			for _, r := range found.responses {
				got = append(got, r.Protocol)
			}
			if len(found.open) != 1 || strings.Join(got, " ") != tt.want {
				t.Errorf("open %v, protocols %q, want %q", found.open, got, tt.want)
			}
		})
	}
}

// TestPlainHTTPToTLSIsNotHTTP has an https server that answers plain HTTP with a
// proper HTTP 400, on a port that is known for HTTP without TLS.
func TestPlainHTTPToTLSIsNotHTTP(t *testing.T) {
	certificate := httptest.NewTLSServer(nil)
	t.Cleanup(certificate.Close)
	port := listen(t, "127.0.0.1:0", func(conn net.Conn) {
		r := bufio.NewReader(conn)
		if first, err := r.Peek(1); err != nil || first[0] != 22 {
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nplain")
			return
		}
		secure := tls.Server(&peeked{conn, r}, &tls.Config{Certificates: certificate.TLS.Certificates})
		if request, err := http.ReadRequest(bufio.NewReader(secure)); err == nil {
			_, _ = fmt.Fprintf(secure, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(request.URL.Path), request.URL.Path)
			_ = secure.Close()
		}
	})
	probes := all.Probes()
	for i, p := range probes {
		if web, ok := p.(probe.Inner); ok && p.Name() == "http" {
			probes[i] = expected{web, uint16(port)}
		}
	}
	found := run(t, scanner.Config{Probes: probes}, task(ports(port), "127.0.0.1"))
	if want := []string{fmt.Sprintf("https://127.0.0.1:%d/", port)}; !slices.Equal(found.uris(), want) {
		t.Errorf("%v, want %v", found.uris(), want)
	}
}

// expected is a probe whose protocol a port is known for.
type expected struct {
	probe.Inner
	port uint16
}

func (e expected) Ports() []uint16 { return []uint16{e.port} }

type peeked struct {
	net.Conn
	r io.Reader
}

func (p *peeked) Read(b []byte) (int, error) { return p.r.Read(b) }

// TestRedirectWithinTheScan wants each page once, seen by its own scan, with its
// certificate's facts.
func TestRedirectWithinTheScan(t *testing.T) {
	secure := web(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hi") }, true)
	plain := web(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, fmt.Sprintf("https://127.0.0.1:%d/", secure), http.StatusMovedPermanently)
	}, false)
	found := run(t, scanner.Config{Probes: all.Probes()}, task(ports(plain, secure), "127.0.0.1"))
	want := []string{fmt.Sprintf("http://127.0.0.1:%d/", plain), fmt.Sprintf("https://127.0.0.1:%d/", secure)}
	if !slices.Equal(found.uris(), want) {
		t.Errorf("%v, want %v", found.uris(), want)
	}
	alone := run(t, scanner.Config{Probes: all.Probes()}, task(ports(plain), "127.0.0.1"))
	if !slices.Equal(alone.uris(), want) {
		t.Errorf("the scan of the first port alone: %v, want %v", alone.uris(), want)
	}
	for _, r := range alone.responses {
		if r.Protocol == "https" && !slices.Equal(r.Referer, want[:1]) {
			t.Errorf("referer %v", r.Referer)
		}
	}
}

func TestIPv6(t *testing.T) {
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Logf("this machine has no IPv6: %v", err)
		return
	}
	_ = l.Close()
	port := listen(t, "[::1]:0", redis)
	found := run(t, scanner.Config{Probes: all.Probes()}, task(ports(port), "::1"))
	if want := []string{fmt.Sprintf("redis://[::1]:%d", port)}; !slices.Equal(found.uris(), want) {
		t.Errorf("%v, want %v", found.uris(), want)
	}
}

// TestResultsComeAtOnce holds one service back until another's result is in.
func TestResultsComeAtOnce(t *testing.T) {
	release := make(chan struct{})
	quick := listen(t, "127.0.0.1:0", redis)
	late := listen(t, "127.0.0.1:0", func(conn net.Conn) {
		<-release
		redis(conn)
	})
	var once sync.Once
	found := &basket{}
	found.onPut = func() error {
		if len(found.responses) > 0 {
			once.Do(func() { close(release) })
		}
		return nil
	}
	if err := scanner.New(scanner.Config{Probes: all.Probes()}).Run(t.Context(), task(ports(quick, late), "127.0.0.1"), found); err != nil {
		t.Fatal(err)
	}
	if len(found.responses) != 2 || found.puts < 2 {
		t.Errorf("%v in %d batches", found.uris(), found.puts)
	}
}

// TestNoPortIsMissed looks for all open ports among thousands, some of them in the
// range from which our own system takes its ports.
func TestNoPortIsMissed(t *testing.T) {
	var want []int
	for range 100 {
		want = append(want, listen(t, "127.0.0.1:0", func(net.Conn) {}))
	}
	slices.Sort(want)
	all := engine.Ports(fmt.Sprintf("%d-%d", want[0], want[len(want)-1]))
	got := run(t, scanner.Config{}, task(all, "127.0.0.1")).ports()
	for _, port := range want {
		if !slices.Contains(got, port) {
			t.Errorf("port %d is missed", port)
		}
	}
}
