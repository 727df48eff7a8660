package probe_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// flood sends for ever until the other end is closed.
func flood(conn net.Conn) {
	for {
		if _, err := conn.Write(make([]byte, 100)); err != nil {
			return
		}
	}
}

func TestBoundBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		go flood(far)
		conn := probe.Bound(t.Context(), near, 1000, time.Second)
		n, err := io.Copy(io.Discard, conn)
		if n != 1000 || !errors.Is(err, probe.ErrBudget) {
			t.Errorf("%d bytes, %v", n, err)
		}
		_ = conn.Close()
	})
}

// TestBoundLife sets deadlines that would let a connection live longer.
func TestBoundLife(t *testing.T) {
	sets := map[string]func(net.Conn) error{
		"none":        func(net.Conn) error { return nil },
		"never":       func(c net.Conn) error { return c.SetDeadline(time.Time{}) },
		"in an hour":  func(c net.Conn) error { return c.SetReadDeadline(time.Now().Add(time.Hour)) },
		"write never": func(c net.Conn) error { return c.SetWriteDeadline(time.Time{}) },
	}
	for name, set := range sets {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			defer far.Close()
			conn, start := probe.Bound(t.Context(), near, 10, 3*time.Second), time.Now()
			defer conn.Close()
			if err := set(conn); err != nil {
				t.Fatal(err)
			}
			_, err := conn.Read(make([]byte, 1))
			if took := time.Since(start); took != 3*time.Second || !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%s: %v after %s", name, err, took)
			}
		})
	}
}

func TestBoundContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer far.Close()
		ctx, cancel := context.WithCancel(t.Context())
		conn, start := probe.Bound(ctx, near, 10, time.Hour), time.Now()
		time.AfterFunc(time.Second, cancel)
		if _, err := conn.Read(make([]byte, 1)); err == nil || time.Since(start) != time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}

func TestReadGreeting(t *testing.T) {
	tests := map[string]struct {
		send  func(net.Conn)
		want  int
		after time.Duration
	}{
		"a line":      {func(c net.Conn) { _, _ = io.WriteString(c, "220 hi\r\n") }, 8, 0},
		"no line end": {func(c net.Conn) { _, _ = io.WriteString(c, "J\x00\x00\x00\x0a8.0") }, 8, 100 * time.Millisecond},
		"in two":      {func(c net.Conn) { _, _ = io.WriteString(c, "220"); _, _ = io.WriteString(c, " hi\r\n") }, 8, 0},
		"endless":     {flood, probe.MaxGreeting, 0},
		"nothing":     {func(net.Conn) {}, 0, time.Second},
	}
	for name, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			go tt.send(far)
			start := time.Now()
			greeting, err := probe.ReadGreeting(near, time.Second)
			if len(greeting) != tt.want || (err == nil) != (tt.want > 0) || time.Since(start) != tt.after {
				t.Errorf("%s: %d bytes, %v after %s", name, len(greeting), err, time.Since(start))
			}
			_, _ = near.Close(), far.Close()
		})
	}
}

func TestOutcomeOf(t *testing.T) {
	for want, errs := range map[engine.Outcome][]error{
		engine.OutOfScope: {&engine.Error{Kind: engine.Forbidden}},
		engine.Refused:    {&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}},
		engine.Timeout:    {os.ErrDeadlineExceeded, context.DeadlineExceeded, &net.DNSError{IsTimeout: true}},
		engine.Closed:     {io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, context.Canceled},
		engine.Protocol:   {probe.ErrBudget, errors.New("no such protocol")},
	} {
		for _, err := range errs {
			if got := probe.OutcomeOf(fmt.Errorf("read: %w", err)); got != want {
				t.Errorf("%v: %s, want %s", err, got, want)
			}
		}
	}
}

func TestText(t *testing.T) {
	if got := probe.Text([]byte("a\x00b\xff\x1b[0m")); got != "ab\uFFFD\x1b[0m" {
		t.Errorf("%q", got)
	}
}

func TestProducts(t *testing.T) {
	products := []probe.Product{
		{Name: "nginx", FullName: "nginx", Vendor: "f5", CPE: "nginx", Pattern: regexp.MustCompile(`nginx(?:/([\w.+-]+))?`)},
		{Name: "homemade", FullName: "Homemade", Pattern: regexp.MustCompile(`homemade/(\d+)`)},
	}
	for text, want := range map[string][2]string{
		"nginx/1.18.0":         {"1.18.0", "cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*"},
		"nginx":                {"", "cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*"},
		"nginx/1.2.3-1+Deb10u": {"1.2.3-1+Deb10u", `cpe:2.3:a:f5:nginx:1.2.3-1\+deb10u:*:*:*:*:*:*:*`},
	} {
		tags := probe.Find(products, text)
		if len(tags) != 1 || tags[0].Version != want[0] || tags[0].CPE[0] != want[1] {
			t.Errorf("%q: %+v", text, tags)
		}
	}
	if tags := probe.Find(products, "homemade/2"); len(tags) != 1 || len(tags[0].CPE) != 0 {
		t.Errorf("a product without an entry has %+v", tags)
	}
}
