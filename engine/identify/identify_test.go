package identify_test

import (
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/identify"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// TestPatience plays peers that try it, on the clock of testing/synctest.
func TestPatience(t *testing.T) {
	tests := map[string]struct {
		peer    probetest.Peer
		want    string // protocol; "" for none
		soonest time.Duration
		latest  time.Duration
	}{
		"silent":              {holds, "", 3 * time.Second, 7 * time.Second},
		"greets at once":      {probetest.Says([]byte("220 x ESMTP Postfix\r\n250-x\r\n250 SIZE 1\r\n")), "smtp", 0, 200 * time.Millisecond},
		"greets after 2 s":    {after(2*time.Second, probetest.Says([]byte("220 x ESMTP Postfix\r\n250-x\r\n250 SIZE 1\r\n"))), "smtp", 2 * time.Second, 5 * time.Second},
		"greets after 0.5 s":  {after(500*time.Millisecond, probetest.Says([]byte("220 x ESMTP Postfix\r\n250-x\r\n250 SIZE 1\r\n"))), "smtp", 500 * time.Millisecond, time.Second},
		"answers after 1 s":   {after(time.Second, probetest.Answers([]byte("HTTP/1.0 200 OK\r\n\r\nhi"))), "http", time.Second, 8 * time.Second},
		"a byte a second":     {drip, "unknown", time.Second, 40 * time.Second},
		"redirects for ever":  {probetest.Answers([]byte("HTTP/1.0 302 Found\r\nLocation: /x/\r\n\r\n")), "http", 0, time.Second},
		"weak, others silent": {weakest, "http", time.Second, 1100 * time.Millisecond},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				d := probetest.NewDialer(tt.peer)
				responses := identify.New(identify.Config{Probes: all.Probes()}).Run(t.Context(), d, probetest.Endpoint())
				took := time.Since(start)
				d.Wait()
				got := ""
				if len(responses) > 0 {
					got = responses[0].Protocol
				}
				if got != tt.want || took < tt.soonest || took > tt.latest {
					t.Errorf("%q after %s, want %q between %s and %s", got, took, tt.want, tt.soonest, tt.latest)
				}
			})
		})
	}
}

func after(pause time.Duration, peer probetest.Peer) probetest.Peer {
	return func(conn net.Conn) {
		<-time.After(pause)
		peer(conn)
	}
}

func drip(conn net.Conn) {
	for {
		<-time.After(time.Second)
		if _, err := conn.Write([]byte("x")); err != nil {
			return
		}
	}
}

// weakest answers HTTP badly and is silent to everything else.
func weakest(conn net.Conn) {
	request := make([]byte, 4096)
	if n, err := conn.Read(request); err == nil && n > 4 && string(request[:4]) == "GET " {
		_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
		return
	}
	holds(conn)
}

// holds keeps a connection open and says nothing.
func holds(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }
