package scanner_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// basket is a sink that keeps everything.
type basket struct {
	mu        sync.Mutex
	responses []engine.Response
	findings  []engine.Finding
	open      []engine.Endpoint
	puts      int
	onPut     func() error // may be nil
}

func (b *basket) Put(_ context.Context, responses []engine.Response, findings []engine.Finding, open []engine.Endpoint) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.puts++
	b.responses = append(b.responses, responses...)
	b.findings = append(b.findings, findings...)
	b.open = append(b.open, open...)
	if b.onPut != nil {
		return b.onPut()
	}
	return nil
}

func (b *basket) uris() []string {
	var uris []string
	for _, r := range b.responses {
		uris = append(uris, r.URI)
	}
	slices.Sort(uris)
	return uris
}

func (b *basket) ports() []int {
	var ports []int
	for _, e := range b.open {
		ports = append(ports, int(e.Port))
	}
	slices.Sort(ports)
	return ports
}

// listen serves each connection until the test ends, and gives the port.
func listen(tb testing.TB, address string, serve func(net.Conn)) int {
	tb.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		tb.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	tb.Cleanup(func() {
		_ = l.Close()
		serving.Wait()
	})
	return portOf(l.Addr())
}

func portOf(addr net.Addr) int { return int(netip.MustParseAddrPort(addr.String()).Port()) }

// holds keeps a connection open and says nothing.
func holds(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

func web(tb testing.TB, handler http.HandlerFunc, secure bool) int {
	tb.Helper()
	server := httptest.NewUnstartedServer(handler)
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	tb.Cleanup(server.Close)
	return portOf(server.Listener.Addr())
}

func redis(conn net.Conn) {
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		switch lines.Text() {
		case "PING":
			_, _ = io.WriteString(conn, "+PONG\r\n")
		case "INFO":
			_, _ = io.WriteString(conn, "$21\r\nredis_version:6.2.6\r\n\r\n")
		case "*1", "$4":
		default:
			_, _ = io.WriteString(conn, "-ERR unknown command\r\n")
		}
	}
}

func sshServer(tb testing.TB) func(net.Conn) {
	tb.Helper()
	signer, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		tb.Fatal(err)
	}
	config := &ssh.ServerConfig{NoClientAuth: true, ServerVersion: "SSH-2.0-OpenSSH_8.9p1"}
	config.AddHostKey(signer)
	return func(conn net.Conn) { _, _, _, _ = ssh.NewServerConn(conn, config) }
}

func loopback(exclude ...string) engine.Scope {
	scope := engine.Scope{Allow: engine.LoopbackPrefixes()}
	for _, p := range exclude {
		scope.Exclude = append(scope.Exclude, netip.MustParsePrefix(p))
	}
	return scope
}

func ports(list ...int) engine.Ports {
	items := make([]string, len(list))
	for i, p := range list {
		items[i] = strconv.Itoa(p)
	}
	return engine.Ports(strings.Join(items, ","))
}

func task(ports engine.Ports, targets ...engine.Target) engine.Task {
	return engine.Task{ScanID: 1, ID: 1, Targets: targets, Ports: ports, Scope: loopback()}
}

func run(tb testing.TB, config scanner.Config, task engine.Task) *basket {
	tb.Helper()
	found := &basket{}
	if err := scanner.New(config).Run(tb.Context(), task, found); err != nil {
		tb.Fatal(err)
	}
	return found
}

// zoo is five services and some ports that are closed.
func zoo(tb testing.TB) (list []int, want []string) {
	tb.Helper()
	page := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<title>hi</title>") }
	plain, secure := web(tb, page, false), web(tb, page, true)
	cache, shell := listen(tb, "127.0.0.1:0", redis), listen(tb, "127.0.0.1:0", sshServer(tb))
	mail := listen(tb, "127.0.0.1:0", func(conn net.Conn) {
		_, _ = io.WriteString(conn, "220 mx.example.net ESMTP Exim 4.94.2\r\n")
		holds(conn)
	})
	want = []string{
		fmt.Sprintf("http://127.0.0.1:%d/", plain), fmt.Sprintf("https://127.0.0.1:%d/", secure),
		fmt.Sprintf("redis://127.0.0.1:%d", cache), fmt.Sprintf("smtp://127.0.0.1:%d", mail), fmt.Sprintf("ssh://127.0.0.1:%d", shell),
	}
	return []int{plain, secure, cache, shell, mail, 1, 2, 3, 4, 5}, want
}

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
		if p.Name() == "http" {
			probes[i] = expected{p, uint16(port)}
		}
	}
	found := run(t, scanner.Config{Probes: probes}, task(ports(port), "127.0.0.1"))
	if want := []string{fmt.Sprintf("https://127.0.0.1:%d/", port)}; !slices.Equal(found.uris(), want) {
		t.Errorf("%v, want %v", found.uris(), want)
	}
}

// expected is a probe whose protocol a port is known for.
type expected struct {
	probe.Probe
	port uint16
}

func (e expected) Ports() []uint16 { return []uint16{e.port} }

type peeked struct {
	net.Conn
	r io.Reader
}

func (p *peeked) Read(b []byte) (int, error) { return p.r.Read(b) }

// forbidden fails the test when anybody connects.
func forbidden(t *testing.T, address string) int {
	t.Helper()
	return listen(t, address, func(conn net.Conn) { t.Errorf("%s connected to %s, which is out of scope", conn.RemoteAddr(), address) })
}

func TestExcludedAddressIsNeverTouched(t *testing.T) {
	port := forbidden(t, "127.0.0.2:0")
	in := task(ports(port), "127.0.0.0/30", "127.0.0.2")
	in.Scope = loopback("127.0.0.2/32")
	if found := run(t, scanner.Config{Probes: all.Probes()}, in); len(found.open) != 0 {
		t.Errorf("open %v", found.open)
	}
}

func TestRedirectDoesNotLeaveTheScope(t *testing.T) {
	out := forbidden(t, "127.0.0.2:0")
	for name, host := range map[string]string{"by address": "127.0.0.2", "by name": "inside.example"} {
		t.Run(name, func(t *testing.T) {
			port := web(t, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, fmt.Sprintf("http://%s:%d/", host, out), http.StatusFound)
			}, false)
			in := task(ports(port), "127.0.0.1")
			in.Scope = loopback("127.0.0.2/32")
			found := run(t, scanner.Config{Probes: all.Probes(), Resolver: phoneBook{"inside.example": {"127.0.0.2"}}}, in)
			if len(found.responses) != 1 {
				t.Errorf("%v, want the redirect alone", found.uris())
			}
		})
	}
}

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

// phoneBook resolves names in memory.
type phoneBook map[string][]string

func (p phoneBook) LookupNetIP(_ context.Context, _, name string) (addrs []netip.Addr, err error) {
	for _, a := range p[name] {
		addrs = append(addrs, netip.MustParseAddr(a))
	}
	if len(addrs) == 0 {
		err = &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return addrs, err
}

func TestNames(t *testing.T) {
	var mu sync.Mutex
	hosts := map[string]bool{}
	plain := web(t, func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		hosts[r.Host] = true
	}, false)
	cache := listen(t, "127.0.0.1:0", redis)
	book := phoneBook{"www.example": {"::1", "127.0.0.9", "127.0.0.1"}, "rebound.example": {"169.254.169.254", "10.0.0.1"}}
	in := task(ports(plain, cache), "www.example", "nowhere.example", "rebound.example", "WWW.example.")
	in.Scope = loopback("127.0.0.9/32", "10.0.0.0/8")
	found := run(t, scanner.Config{Probes: all.Probes(), Resolver: book}, in)
	want := []string{fmt.Sprintf("http://www.example:%d/", plain), fmt.Sprintf("redis://127.0.0.1:%d", cache)}
	if !slices.Equal(found.uris(), want) {
		t.Errorf("%v, want %v", found.uris(), want)
	}
	for _, r := range found.responses {
		if !slices.Equal(r.Domain, []string{"www.example"}) || r.Target.Domain != "www.example" || r.IP != "127.0.0.1" {
			t.Errorf("%s: domain %v, target %+v, ip %s", r.URI, r.Domain, r.Target, r.IP)
		}
	}
	if !hosts[fmt.Sprintf("www.example:%d", plain)] {
		t.Errorf("asked for %v", hosts)
	}
}

func TestNothingToScan(t *testing.T) {
	book := phoneBook{"rebound.example": {"169.254.169.254"}}
	for name, want := range map[engine.Target]engine.Kind{"nowhere.example": engine.Invalid, "rebound.example": engine.Forbidden} {
		err := scanner.New(scanner.Config{Resolver: book}).Run(t.Context(), task("80", name), &basket{})
		var problem *engine.Error
		if !errors.As(err, &problem) || problem.Kind != want || problem.Field != "targets" || !strings.Contains(problem.Detail, string(name)) {
			t.Errorf("%s: %v, want kind %s", name, err, want)
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

// TestCancel cancels a scan whose peers never speak, as soon as the first port is
// reported, and wants everything gone.
func TestCancel(t *testing.T) {
	before := runtime.NumGoroutine()
	var list []int
	for range 20 {
		list = append(list, listen(t, "127.0.0.1:0", holds))
	}
	serving := runtime.NumGoroutine() - before
	ctx, cancel := context.WithCancel(t.Context())
	found := &basket{onPut: func() error { cancel(); return nil }}
	start := time.Now()
	err := scanner.New(scanner.Config{Probes: all.Probes()}).Run(ctx, task(ports(list...), "127.0.0.1"), found)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("went on for %s", took)
	}
	if leaked := leakedGoroutines(); leaked != "" {
		t.Errorf("goroutines are left (%d serve):\n%s", serving, leaked)
	}
}

// leakedGoroutines gives the stacks of what the scanner or a probe still runs.
func leakedGoroutines() string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var leaked []string
	for stack := range bytes.SplitSeq(stacks, []byte("\n\n")) {
		if bytes.Contains(stack, []byte("engine/scanner.")) || bytes.Contains(stack, []byte("engine/probe")) {
			leaked = append(leaked, string(stack))
		}
	}
	return strings.Join(leaked, "\n\n")
}

func TestSinkErrorEndsTheRun(t *testing.T) {
	full := errors.New("disk full")
	port := listen(t, "127.0.0.1:0", holds)
	start := time.Now()
	err := scanner.New(scanner.Config{Probes: all.Probes()}).Run(t.Context(), task(ports(port), "127.0.0.1"), &basket{onPut: func() error { return full }})
	if !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("went on for %s", took)
	}
	if leaked := leakedGoroutines(); leaked != "" {
		t.Errorf("goroutines are left:\n%s", leaked)
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

func TestRate(t *testing.T) {
	start := time.Now()
	run(t, scanner.Config{Rate: 100}, task("1-40", "127.0.0.1"))
	// 10 at once, 30 more at 100 a second.
	if took := time.Since(start); took < 290*time.Millisecond {
		t.Errorf("40 attempts at 100 a second took %s", took)
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

func BenchmarkDiscovery(b *testing.B) {
	for _, ports := range []engine.Ports{"1-1000", "default"} {
		b.Run(string(ports), func(b *testing.B) {
			s := scanner.New(scanner.Config{})
			for b.Loop() {
				if err := s.Run(b.Context(), task(ports, "127.0.0.1"), &basket{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(ports.Count()*b.N)/b.Elapsed().Seconds(), "probes/s")
		})
	}
}

func BenchmarkServices(b *testing.B) {
	list, _ := zoo(b)
	s := scanner.New(scanner.Config{Probes: all.Probes()})
	for b.Loop() {
		if err := s.Run(b.Context(), task(ports(list...), "127.0.0.1"), &basket{}); err != nil {
			b.Fatal(err)
		}
	}
}
