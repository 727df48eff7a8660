package banner_test

import (
	"testing"
	"unicode/utf8"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/banner"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// greetings are what real servers say, with the protocol it proves.
func greetings() map[string]string {
	return map[string]string{
		"220 (vsFTPd 3.0.5)\r\n": banner.Unknown,
		"220-FileZilla Server 1.7.3\r\n220 Please visit https://filezilla-project.org/\r\n": banner.Unknown,
		"220 ProFTPD 1.3.5e Server (Debian) [::ffff:10.0.0.5]\r\n":                          banner.Unknown,
		"220 mail.example.com ESMTP Postfix (Ubuntu)\r\n":                                   banner.Unknown,
		"220 mx.example.net ESMTP Exim 4.94.2 Tue, 02 Jan 2024 10:00:00 +0000\r\n":          banner.Unknown,
		"+OK Dovecot ready.\r\n": banner.Unknown,
		"+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n":                                                                 banner.Unknown,
		"* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS AUTH=PLAIN] Dovecot (Ubuntu) ready.\r\n": banner.Unknown,
		"RFB 003.008\n":         "vnc",
		"@RSYNCD: 31.0\n":       "rsync",
		"\xff\xfd\x18\xff\xfd ": banner.Unknown,
		"220 ready\r\n":         banner.Unknown,
		"+OK\r\n":               banner.Unknown,
		"hello\x00\xfe\n":       banner.Unknown,
	}
}

func TestRecognise(t *testing.T) {
	for greeting, want := range greetings() {
		if got, _ := banner.Recognise([]byte(greeting)); got != want {
			t.Errorf("%q: %s, want %s", greeting, got, want)
		}
	}
}

func TestProbe(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"speaks first": probetest.Says([]byte("200 news.example.org InterNetNews NNRP server INN 2.7.1 ready\r\n")),
		"is nudged":    probetest.Answers([]byte("200 news.example.org InterNetNews NNRP server INN 2.7.1 ready\r\n")),
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, banner.Probe{}, probetest.Recording{Peer: peer, Base: "nntp", Protocol: "nntp", Anything: true, Check: func(t *testing.T, rs []engine.Response) {
				if b, ok := rs[0].Blocks["nntp"].(*banner.Block); !ok || b.Banner == "" {
					t.Errorf("no banner in %v", rs[0].Blocks)
				}
			}})
		})
	}
}

func TestUnknownIsWeak(t *testing.T) {
	d := probetest.NewDialer(probetest.Says([]byte("who goes there?\n")))
	if result := (banner.Probe{}).Run(t.Context(), d, probetest.Endpoint()); result.Outcome != engine.Answered || !result.Weak {
		t.Errorf("%+v, want a weak answer", result)
	}
}

func FuzzRecognise(f *testing.F) {
	for greeting := range greetings() {
		f.Add([]byte(greeting))
	}
	f.Fuzz(func(t *testing.T, greeting []byte) {
		name, block := banner.Recognise(greeting)
		if name == "" || !utf8.ValidString(block.Banner) {
			t.Errorf("%q: %q %+v", greeting, name, block)
		}
	})
}
