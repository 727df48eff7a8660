package scanner_test

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// basket is a sink that keeps everything.
type basket struct {
	mu        sync.Mutex
	responses []engine.Response
	findings  []engine.Finding
	open      []engine.Endpoint
	up        []netip.Addr
	puts      int
	onPut     func() error // may be nil
}

func (b *basket) Put(_ context.Context, found engine.Report) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.puts++
	b.responses = append(b.responses, found.Responses...)
	b.findings = append(b.findings, found.Findings...)
	b.open = append(b.open, found.Open...)
	b.up = append(b.up, found.Up...)
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
