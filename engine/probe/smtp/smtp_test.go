package smtp_test

import (
	"bufio"
	"io"
	"net"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/smtp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

func newProbe() smtp.Probe { return smtp.New(tls.Connect, tls.Upgrade, nil) }

func block(t *testing.T, r engine.Response) *smtp.Block {
	t.Helper()
	b, ok := r.Blocks[r.Base].(*smtp.Block)
	if !ok {
		t.Fatalf("no block in %v", r.Blocks)
	}
	return b
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		peer     probetest.Peer
		base     string
		protocol string
		product  string
		ok       func(*smtp.Block) bool
	}{
		"exim": {probetest.Transcript(t, "exim.txt"), "smtp", "smtpstarttls", "exim", func(b *smtp.Block) bool {
			return b.StartTLS && b.CleartextAuth && slices.Equal(b.Auth, []string{"PLAIN"}) && len(b.CapabilitiesTLS) == 8
		}},
		"postfix": {probetest.Transcript(t, "postfix.txt"), "smtp", "smtp", "postfix", func(b *smtp.Block) bool {
			return !b.StartTLS && !b.CleartextAuth && slices.Contains(b.Capabilities, "VRFY")
		}},
		"lmtp":          {probetest.Transcript(t, "lmtp.txt"), "lmtp", "lmtp", "dovecot", func(b *smtp.Block) bool { return len(b.Capabilities) == 4 }},
		"old":           {probetest.Transcript(t, "old.txt"), "smtp", "smtp", "sendmail", func(b *smtp.Block) bool { return len(b.Capabilities) == 0 }},
		"rejects":       {probetest.Says([]byte("554 5.7.1 Service unavailable; client host blocked\r\n")), "smtp", "smtp", "", func(b *smtp.Block) bool { return b.Rejected }},
		"makes us wait": {waits, "smtp", "smtp", "postfix", func(b *smtp.Block) bool { return b.EHLO == "" }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: tt.peer, Base: tt.base, Protocol: tt.protocol, Check: func(t *testing.T, rs []engine.Response) {
				if b := block(t, rs[0]); !tt.ok(b) {
					t.Errorf("%+v", b)
				}
				if tt.product != "" && (len(rs[0].Tags) != 1 || rs[0].Tags[0].Name != tt.product) {
					t.Errorf("tags %+v", rs[0].Tags)
				}
				if _, ok := rs[0].Blocks["certificate"]; ok != (tt.protocol == "smtpstarttls") {
					t.Errorf("certificate: %v", ok)
				}
			}})
		})
	}
}

// TestRelay asks servers whether they relay, and sends none of them a mail.
func TestRelay(t *testing.T) {
	const ok, no = "250 2.1.0 Ok", "554 5.7.1 Relay access denied"
	for name, tt := range map[string]struct {
		mail, first, second string
		want                bool
		says                string
	}{
		"relays":              {ok, ok, "251 will forward", true, "251 will forward\r\n"},
		"refuses":             {ok, no, ok, false, no + "\r\n"},
		"refuses the second":  {ok, ok, no, false, no + "\r\n"},
		"refuses the sender":  {"530 5.7.0 Authentication required", ok, ok, false, ""},
		"hangs up on senders": {"", ok, ok, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			peer := func(conn net.Conn) { relay(t, conn, tt.mail, tt.first, tt.second) }
			probetest.Run(t, newProbe(), probetest.Recording{Peer: peer, Base: "smtp", Protocol: "smtp", Check: func(t *testing.T, rs []engine.Response) {
				if b := block(t, rs[0]); b.OpenRelay != tt.want || b.Relay != tt.says {
					t.Errorf("open %v, says %q", b.OpenRelay, b.Relay)
				}
			}})
		})
	}
}

// relay answers to a sender and two recipients, and hangs up where it has no answer.
func relay(t *testing.T, conn net.Conn, mail, first, second string) {
	answers := map[string]string{
		"EHLO portolan.invalid": "250-mx.example\r\n250 SIZE", "MAIL FROM:<postmaster@example.com>": mail,
		"RCPT TO:<postmaster@example.net>": first, "RCPT TO:<postmaster@example.org>": second, "RSET": "250 Ok", "QUIT": "",
	}
	_, err := io.WriteString(conn, "220 mx.example ESMTP\r\n")
	for lines := bufio.NewScanner(conn); err == nil && lines.Scan(); {
		answer, isKnown := answers[lines.Text()]
		if !isKnown {
			t.Errorf("it was told %q", lines.Text())
		}
		if answer == "" {
			return
		}
		_, err = io.WriteString(conn, answer+"\r\n")
	}
}

// waits is Postfix' postscreen: the greeting has no end for six seconds.
func waits(conn net.Conn) { probetest.Says([]byte("220-mx.example.net ESMTP Postfix\r\n"))(conn) }

func TestInsideTLS(t *testing.T) {
	d := probetest.NewDialer(probetest.InTLS(t, probetest.Transcript(t, "exim-tls.txt")))
	result := newProbe().RunTLS(t.Context(), d, probetest.Endpoint())
	if result.Outcome != engine.Answered || result.Responses[0].Protocol != "smtps" {
		t.Fatalf("%+v", result)
	}
	if b := block(t, result.Responses[0]); b.StartTLS || b.CleartextAuth || len(b.Auth) != 1 {
		t.Errorf("%+v", b)
	}
}

// TestOthers plays servers of other protocols that answer in the same form.
func TestOthers(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"FTP":              probetest.Says([]byte("220 ready\r\n500 unknown command\r\n500 unknown command\r\n500 unknown command\r\n")),
		"repeats itself":   probetest.Says([]byte("220 ready\r\n220 ready\r\n220 ready\r\n220 ready\r\n")),
		"agrees with all":  probetest.Says([]byte("220 hi\r\n250 yes\r\n250 yes\r\n250 yes\r\n")),
		"POP3":             probetest.Says([]byte("+OK POP3 ready\r\n")),
		"busy file server": probetest.Says([]byte("421 Too many users\r\n")),
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: peer})
		})
	}
}

func TestGreets(t *testing.T) {
	for greeting, want := range map[string]bool{
		"220 mx.example.net ESMTP Postfix\r\n":  true,
		"220 ready\r\n":                         true,
		"554 5.3.2 not today\r\n":               true,
		"220 ProFTPD Server (Debian) [::1]\r\n": false,
		"2200 years\r\n":                        false,
		"554 no\r\n":                            false,
		"":                                      false,
	} {
		if got := newProbe().Greets([]byte(greeting)); got != want {
			t.Errorf("%q: %v", greeting, got)
		}
	}
}

var _ probe.Inner = smtp.Probe{}

// TestSurvey looks closer at what is reached by STARTTLS.
func TestSurvey(t *testing.T) {
	d := probetest.NewDialer(probetest.Transcript(t, "exim.txt"))
	result := smtp.New(tls.Connect, tls.Upgrade, tls.Survey).Run(t.Context(), d, probetest.Endpoint())
	d.Wait()
	if result.Outcome != engine.Answered {
		t.Fatalf("%+v", result)
	}
	facts, ok := result.Responses[0].Blocks["tls"].(*tls.Facts)
	if !ok || !slices.Equal(facts.Versions, []string{"TLSv1.2", "TLSv1.3"}) {
		t.Errorf("%+v", result.Responses[0].Blocks["tls"])
	}
}
