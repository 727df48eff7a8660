package notify_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/notify"
)

// post is a mail that a server of the test has taken.
type post struct {
	from string
	to   []string
	text []byte
}

// office is a mail server: one session of it, and what it does for all.
type office struct {
	taken  chan post
	refuse error // what it says to recipients
	login  bool  // only who is known may send

	known bool
	now   post
}

func (o *office) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &office{taken: o.taken, refuse: o.refuse, login: o.login}, nil
}

func (o *office) AuthMechanisms() []string { return []string{sasl.Plain} }

func (o *office) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "portolan" || password != "password of the test" {
			return smtp.ErrAuthFailed
		}
		o.known = true
		return nil
	}), nil
}

func (o *office) Mail(from string, _ *smtp.MailOptions) error {
	if o.login && !o.known {
		return smtp.ErrAuthRequired
	}
	o.now = post{from: from}
	return nil
}

func (o *office) Rcpt(to string, _ *smtp.RcptOptions) error {
	o.now.to = append(o.now.to, to)
	return o.refuse
}

func (o *office) Data(r io.Reader) error {
	var err error
	o.now.text, err = io.ReadAll(r)
	o.taken <- o.now
	return err
}

func (o *office) Reset()        { o.now = post{} }
func (o *office) Logout() error { return nil }

// openOffice starts a mail server; with a certificate it offers STARTTLS, or TLS from the
// start.
func openOffice(t *testing.T, o *office, security notify.Security) (url string, roots *x509.CertPool) {
	t.Helper()
	https := httptest.NewUnstartedServer(nil) // for its certificate
	https.StartTLS()
	https.Close()
	config := &tls.Config{Certificates: https.TLS.Certificates}
	roots = x509.NewCertPool()
	roots.AddCert(https.Certificate())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.taken = make(chan post, 10)
	server := smtp.NewServer(o)
	server.Domain = "localhost"
	switch security {
	case notify.StartTLS:
		server.TLSConfig = config
	case notify.ImplicitTLS:
		listener = tls.NewListener(listener, config)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Close()
		if err := <-served; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	return fmt.Sprintf("%s://%s", security, listener.Addr()), roots
}

func mailServer(t *testing.T, url, user, password string, roots *x509.CertPool) *notify.Notifier {
	t.Helper()
	server, err := notify.ParseMailServer(url, "portolan@example.com", user, password)
	if err != nil {
		t.Fatal(err)
	}
	server.TLS = &tls.Config{RootCAs: roots}
	return notify.New(notify.Policy{}, server, "test")
}

func email() engine.Notification {
	return engine.Notification{Kind: engine.ChannelEmail, To: []string{"ann@example.com", "bob@example.com"}}
}

func TestMailIsSentSafely(t *testing.T) {
	for _, security := range []notify.Security{notify.StartTLS, notify.ImplicitTLS} {
		o := &office{login: true}
		url, roots := openOffice(t, o, security)
		d := delivery(t)
		if try := mailServer(t, url, "portolan", "password of the test", roots).Send(t.Context(), email(), d); !try.Succeeded() {
			t.Fatalf("%s: %s", security, try.Error)
		}
		got := <-o.taken
		if got.from != "portolan@example.com" || strings.Join(got.to, " ") != "ann@example.com bob@example.com" {
			t.Errorf("%s: it is from %s to %s", security, got.from, got.to)
		}
		read, err := readMail(got.text)
		if err != nil {
			t.Fatal(err)
		}
		if id := read.header.Get("Message-Id"); id != "<"+d.ID+"@example.com>" {
			t.Errorf("%s: its id is %s", security, id)
		}
		for name := range read.header {
			if !strings.Contains(" From To Subject Date Message-Id Auto-Submitted Mime-Version Content-Type ", " "+name+" ") {
				t.Errorf("%s: there is a header %s: %s", security, name, read.header.Get(name))
			}
		}
		if strings.Contains(read.html, "<script") || !strings.Contains(read.html, "&lt;script&gt;") || !strings.Contains(read.plain, "http.x") || strings.ContainsAny(read.plain, "\x1b\u202e") {
			t.Errorf("%s: it says %s\n%s", security, read.plain, read.html)
		}
	}
}

func TestMailThatIsNotSent(t *testing.T) {
	wrong := &office{login: true}
	url, roots := openOffice(t, wrong, notify.StartTLS)
	noTLS := &office{}
	plain, _ := openOffice(t, noTLS, notify.Plain)
	full := &office{refuse: &smtp.SMTPError{Code: 452, Message: "mailbox full"}}
	fullURL, _ := openOffice(t, full, notify.Plain)
	nobody := &office{refuse: &smtp.SMTPError{Code: 550, Message: "no such user"}}
	nobodyURL, _ := openOffice(t, nobody, notify.Plain)
	for name, c := range map[string]struct {
		to   *notify.Notifier
		want string
		ever bool
	}{
		"wrong password":    {mailServer(t, url, "portolan", "password that is wrong", roots), "log in:", false},
		"strange authority": {mailServer(t, url, "portolan", "password of the test", x509.NewCertPool()), "STARTTLS:", false},
		"no STARTTLS":       {mailServer(t, strings.Replace(plain, "smtp+plain", "smtp", 1), "", "", roots), "offers no STARTTLS", false},
		"full":              {mailServer(t, fullURL, "", "", nil), "mailbox full", false},
		"nobody there":      {mailServer(t, nobodyURL, "", "", nil), "no such user", true},
	} {
		try := c.to.Send(t.Context(), email(), delivery(t))
		if !strings.Contains(try.Error, c.want) || try.Permanent != c.ever || strings.Contains(try.Error, "password that is wrong") {
			t.Errorf("%s: %+v", name, try)
		}
	}
	if try := mailServer(t, plain, "", "", nil).Send(t.Context(), email(), delivery(t)); !try.Succeeded() {
		t.Errorf("in the clear: %s", try.Error)
	}
}

func TestParseMailServer(t *testing.T) {
	for url, want := range map[string]string{
		"smtp://mail.example.com": "mail.example.com:587", "smtps://mail.example.com/": "mail.example.com:465", "smtp+plain://127.0.0.1:2525": "127.0.0.1:2525",
	} {
		if s, err := notify.ParseMailServer(url, "a@example.com", "", ""); err != nil || s.Host+":"+s.Port != want {
			t.Errorf("%s: %+v, %v", url, s, err)
		}
	}
	for url, field := range map[string]string{
		"mail.example.com:25": "--smtp", "http://x": "--smtp", "smtp://u:hidden@x": "--smtp", "smtp://": "--smtp", "smtp://x/y": "--smtp", "smtp+plain://x": "--smtp",
	} {
		_, err := notify.ParseMailServer(url, "a@example.com", "user", "")
		var e *engine.Error
		if !errors.As(err, &e) || e.Field != field || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, err := notify.ParseMailServer("smtp://x", "a\r\nBcc: b@example.com", "", ""); err == nil {
		t.Error("a sender may have two lines")
	}
}

// letter is a mail as its reader's program sees it.
type letter struct {
	header      mail.Header
	plain, html string
}

func readMail(text []byte) (l letter, err error) {
	message, err := mail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		return l, err
	}
	l.header = message.Header
	for _, name := range []string{"From", "To"} {
		if _, err := l.header.AddressList(name); err != nil {
			return l, fmt.Errorf("%s: %w", name, err)
		}
	}
	if _, err := new(mime.WordDecoder).DecodeHeader(l.header.Get("Subject")); err != nil {
		return l, err
	}
	_, parameters, err := mime.ParseMediaType(l.header.Get("Content-Type"))
	if err != nil {
		return l, err
	}
	parts := multipart.NewReader(message.Body, parameters["boundary"])
	for _, to := range []*string{&l.plain, &l.html} {
		part, err := parts.NextPart()
		if err != nil {
			return l, err
		}
		body, err := io.ReadAll(part) // quoted-printable is read by the way
		if err != nil {
			return l, err
		}
		*to = string(body)
	}
	if _, err := parts.NextPart(); !errors.Is(err, io.EOF) {
		return l, fmt.Errorf("there is a third part: %w", err)
	}
	return l, nil
}
