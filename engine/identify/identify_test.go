package identify_test

import (
	"context"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
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
		"silent":              {holds, "", 3 * time.Second, 14 * time.Second},
		"greets at once":      {probetest.Says([]byte("220 x ESMTP Postfix\r\n250-x\r\n250 SIZE 1\r\n")), "smtp", 0, 2 * time.Second},
		"greets after 2 s":    {after(2*time.Second, probetest.Says([]byte("220 x ESMTP Postfix\r\n250-x\r\n250 SIZE 1\r\n"))), "smtp", 2 * time.Second, 6 * time.Second},
		"greets after 0.5 s":  {after(500*time.Millisecond, probetest.Says([]byte("220 x ESMTP Postfix\r\n250-x\r\n250 SIZE 1\r\n"))), "smtp", 500 * time.Millisecond, 3 * time.Second},
		"answers after 1 s":   {after(time.Second, probetest.Answers([]byte("HTTP/1.0 200 OK\r\n\r\nhi"))), "http", time.Second, 8 * time.Second},
		"a byte a second":     {drip, "unknown", time.Second, 40 * time.Second},
		"redirects for ever":  {probetest.Answers([]byte("HTTP/1.0 302 Found\r\nLocation: /x/\r\n\r\n")), "http", 0, time.Second},
		"weak, others silent": {weakest, "http", time.Second, 3500 * time.Millisecond},
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

// TestNames plays servers that are found in other ways than by the race alone.
func TestNames(t *testing.T) {
	tests := map[string]struct {
		peer probetest.Peer
		want string // protocol of the first document; "" for none
		most int    // connections in all
	}{
		"greets":                   {mail, "smtp", 3},
		"greets and is silent":     {greetsAndHolds("220 x ESMTP Postfix\r\n"), "smtp", 3},
		"greets by an error":       {probetest.Says([]byte("-DENIED Redis is running in protected mode\r\n")), "redis", 3},
		"greets late":              {after(300*time.Millisecond, mail), "smtp", 20},
		"waits":                    {cache, "redis", 12},
		"inside TLS":               {inTLS(t, cache), "rediss", 60},
		"greets inside TLS":        {inTLS(t, mail), "smtps", 40},
		"greets late inside TLS":   {inTLS(t, after(300*time.Millisecond, mail)), "smtps", 70},
		"is silent inside TLS":     {inTLS(t, holds), "tls", 80},
		"hangs up inside TLS":      {inTLS(t, func(net.Conn) {}), "tls", 40},
		"says what nobody knows":   {greetsAndHolds("who goes there?\n"), "unknown", 1},
		"takes time over a page":   {after400(4 * time.Second), "http", 100},
		"hangs up at once":         {func(net.Conn) {}, "", 10},
		"hangs up on who speaks":   {func(conn net.Conn) { _, _ = conn.Read(make([]byte, 4096)) }, "", len(all.Probes()) + 10},
		"says the same to anybody": {sayer("what?\r\n"), "unknown", 50},
		"echoes":                   {func(conn net.Conn) { _, _ = io.Copy(conn, conn) }, "unknown", 50},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newTurnstile(tt.peer)
				got := named(identify.New(identify.Config{Probes: all.Probes()}).Run(t.Context(), d, probetest.Endpoint()))
				d.Wait()
				if got != tt.want || d.made > tt.most || d.open != 0 {
					t.Errorf("%q with %d connections, %d left open; want %q with %d", got, d.made, d.open, tt.want, tt.most)
				}
			})
		})
	}
}

func named(responses []engine.Response) string {
	if len(responses) == 0 {
		return ""
	}
	return responses[0].Protocol
}

// sayer says the same to everything.
func sayer(text string) probetest.Peer {
	return func(conn net.Conn) {
		request := make([]byte, 4096)
		for {
			if _, err := conn.Read(request); err != nil {
				return
			}
			if _, err := io.WriteString(conn, text); err != nil {
				return
			}
		}
	}
}

// TestWhatIsKnownOfTLSIsKept wants what the probe of TLS has learnt in the documents of
// what is inside.
func TestWhatIsKnownOfTLSIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := probetest.NewDialer(inTLS(t, cache))
		responses := identify.New(identify.Config{Probes: all.Probes()}).Run(t.Context(), d, probetest.Endpoint())
		d.Wait()
		if len(responses) != 1 || responses[0].Blocks["redis"] == nil || responses[0].Blocks["tls"] == nil || responses[0].Blocks["certificate"] == nil {
			t.Errorf("%+v", responses)
		}
	})
}

// TestSilentPeerIsSpared counts what a peer that never speaks has to bear.
func TestSilentPeerIsSpared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, start := newTurnstile(holds), time.Now()
		responses := identify.New(identify.Config{Probes: all.Probes()}).Run(t.Context(), d, probetest.Endpoint())
		if took := time.Since(start); len(responses) != 0 || took > 14*time.Second || d.most > identify.Sockets {
			t.Errorf("%d documents after %s, %d connections at the same time", len(responses), took, d.most)
		}
		d.Wait()
	})
}

// TestPortIsOnlyAHint has a mail server where the web is expected, and nothing where
// mail is.
func TestPortIsOnlyAHint(t *testing.T) {
	for port, tt := range map[uint16]struct {
		peer probetest.Peer
		want string
	}{80: {mail, "smtp"}, 25: {cache, "redis"}, 443: {cache, "redis"}, 22: {holds, ""}} {
		synctest.Test(t, func(t *testing.T) {
			to := probetest.Endpoint()
			to.Port = port
			d := probetest.NewDialer(tt.peer)
			got := named(identify.New(identify.Config{Probes: all.Probes()}).Run(t.Context(), d, to))
			d.Wait()
			if got != tt.want {
				t.Errorf("port %d: %q, want %q", port, got, tt.want)
			}
		})
	}
}

// TestCancel ends in the middle of a race, at once and without leaving anything.
func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		d, start := newTurnstile(holds), time.Now()
		identify.New(identify.Config{Probes: all.Probes()}).Run(ctx, d, probetest.Endpoint())
		if took := time.Since(start); took > 600*time.Millisecond || d.open != 0 {
			t.Errorf("took %s, %d connections are open", took, d.open)
		}
		d.Wait()
	})
}
