package probe_test

import (
	"errors"
	"net"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// hear gives what is said as a dialogue.
func hear(tb testing.TB, said []byte) *probe.Dialogue {
	tb.Helper()
	near, far := net.Pipe()
	go func() {
		_, _ = far.Write(said)
		_ = far.Close()
	}()
	tb.Cleanup(func() { _ = near.Close() })
	return probe.NewDialogue(near)
}

func TestReply(t *testing.T) {
	for said, want := range map[string]probe.Reply{
		"220 hi\r\n": {Code: 220, Lines: []string{"hi"}, Raw: "220 hi\r\n"},
		"220\n":      {Code: 220, Lines: []string{""}, Raw: "220\r\n"},
		"211-Features:\r\n AUTH TLS\r\n211 End\r\n":        {Code: 211, Lines: []string{"Features:", " AUTH TLS", "End"}, Raw: "211-Features:\r\n AUTH TLS\r\n211 End\r\n"},
		"250-mx\r\n250-SIZE 1\r\n250 HELP\r\n250 more\r\n": {Code: 250, Lines: []string{"mx", "SIZE 1", "HELP"}, Raw: "250-mx\r\n250-SIZE 1\r\n250 HELP\r\n"},
	} {
		if got, err := hear(t, []byte(said)).Reply(); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v %v", said, got, err)
		}
	}
	for _, said := range []string{"hello\r\n", "2200 years\r\n", "099 low\r\n", "600 high\r\n", "-20 x\r\n", "220-no end\r\n", "220 no line end", ""} {
		if got, err := hear(t, []byte(said)).Reply(); err == nil {
			t.Errorf("%q: took it for %+v", said, got)
		}
	}
}

func TestLineTooLong(t *testing.T) {
	if line, err := hear(t, []byte(strings.Repeat("x", probe.MaxLine+1))).Line(); !errors.Is(err, probe.ErrLine) {
		t.Errorf("%.20q %v", line, err)
	}
}

func TestBlock(t *testing.T) {
	lines, err := hear(t, []byte("TOP\r\n..dot\r\n.\r\nmore\r\n")).Block()
	if err != nil || !reflect.DeepEqual(lines, []string{"TOP", ".dot"}) {
		t.Errorf("%q %v", lines, err)
	}
}

func FuzzReply(f *testing.F) {
	f.Add([]byte("220 mail.example.com ESMTP Exim 4.96\r\n"))
	f.Add([]byte("211-Features:\r\n AUTH TLS\r\n211 End\r\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		reply, _ := hear(t, said).Reply()
		if !utf8.ValidString(reply.Raw) || len(reply.Raw) > 4*probe.MaxDialogue {
			t.Errorf("%d bytes", len(reply.Raw))
		}
	})
}

func TestMailServers(t *testing.T) {
	for text, want := range map[string]string{
		"220 mx ESMTP Postfix (Debian/GNU)":                              "postfix ",
		"220 mx ESMTP Exim 4.96 Wed, 25 Nov 2026":                        "exim 4.96",
		"220 mx ESMTP Sendmail 8.17.1.9/8.17.1; Wed":                     "sendmail 8.17.1",
		"* OK mail Cyrus IMAP 3.6.1-Debian-3.6.1-4 server ready":         "cyrus 3.6.1",
		"+OK mail Cyrus POP3 v2.4.17-Debian server ready":                "cyrus 2.4.17",
		"+OK The Microsoft Exchange POP3 service is ready.":              "microsoft_exchange ",
		"* OK [CAPABILITY IMAP4rev1] Courier-IMAP ready. Copyright 1998": "courier ",
		"220 mail ESMTP OpenSMTPD":                                       "opensmtpd ",
		"220 mail hello":                                                 "",
	} {
		got := ""
		for _, tag := range probe.MailServers(text) {
			got += tag.Name + " " + tag.Version
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
