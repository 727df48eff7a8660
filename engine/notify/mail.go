package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"net/url"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// MailServer is by which mail is sent. Make one with [ParseMailServer].
type MailServer struct {
	Host     string
	Port     string
	Security Security
	From     string // a plain address
	User     string // "": it knows nobody
	Password string
	TLS      *tls.Config // nil is the machine's own certificates; of it only RootCAs is used
}

// Security is how a mail server is spoken to.
type Security string

// The ways. A server that does not offer what it has to is given nothing.
const (
	StartTLS    Security = "smtp"       // RFC 3207, commonly at port 587
	ImplicitTLS Security = "smtps"      // RFC 8314, commonly at port 465
	Plain       Security = "smtp+plain" // in the clear, for a relay on this machine or its network
)

// ParseMailServer reads a mail server's URL: smtp://host:587, smtps://host:465 or
// smtp+plain://host:25. Without a port it is that one. Errors do not repeat the password.
func ParseMailServer(text, from, user, password string) (*MailServer, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || (u.Path != "" && u.Path != "/") {
		return nil, badMail("--smtp", "it is not the URL of a mail server", "write smtp://mail.example.com:587; user and password are PORTOLAN_SMTP_USER and PORTOLAN_SMTP_PASSWORD")
	}
	ports := map[Security]string{StartTLS: "587", ImplicitTLS: "465", Plain: "25"}
	s := &MailServer{Host: u.Hostname(), Port: u.Port(), Security: Security(u.Scheme), From: from, User: user, Password: password}
	port, known := ports[s.Security]
	if !known {
		return nil, badMail("--smtp", fmt.Sprintf("%q is no way to speak to a mail server", u.Scheme), "write smtp:// (STARTTLS), smtps:// (TLS from the start) or smtp+plain://")
	}
	if s.Port == "" {
		s.Port = port
	}
	if err := engine.ValidateEmail(from); err != nil {
		return nil, badMail("--smtp-from", fmt.Sprintf("%q is not an e-mail address", from), "write who the mail is from: portolan@example.com")
	}
	if s.Security == Plain && user != "" {
		return nil, badMail("--smtp", "a password is not sent in the clear", "write smtp:// or smtps://, or leave PORTOLAN_SMTP_USER empty")
	}
	return s, nil
}

func badMail(field, detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Mail server is not valid", Field: field, Detail: detail, Hint: hint}
}

func (n *Notifier) sendMail(ctx context.Context, to engine.Notification, d engine.Delivery, notice engine.Notice) engine.DeliveryTry {
	if n.mail == nil {
		return engine.DeliveryTry{Error: "the server knows no mail server to send by"}
	}
	text, err := letter{from: n.mail.From, to: to.To, id: d.ID, at: time.Now(), message: messageOf(notice)}.write()
	if err == nil {
		err = n.mail.send(ctx, to.To, text)
	}
	if err != nil {
		return engine.DeliveryTry{Error: "mail: " + err.Error(), Permanent: isPermanent(err)}
	}
	return engine.DeliveryTry{}
}

// isPermanent: answers from 550 on are about this mail, and will be the same later (RFC
// 5321 section 4.2.2); those before, such as 535 for a wrong password, are about the server,
// and somebody may mend that.
func isPermanent(err error) bool {
	var answer *textproto.Error
	return errors.As(err, &answer) && answer.Code >= 550
}

// send hands a mail to the server.
func (s *MailServer) send(ctx context.Context, to []string, text []byte) error {
	client, err := s.dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }() // after QUIT there is nothing to close
	if s.User != "" {
		if err := client.Auth(smtp.PlainAuth("", s.User, s.Password, s.Host)); err != nil {
			return fmt.Errorf("log in: %w", err)
		}
	}
	if err := client.Mail(s.From); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	for _, address := range to {
		if err := client.Rcpt(address); err != nil {
			return fmt.Errorf("recipient: %w", err)
		}
	}
	w, err := client.Data()
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if _, err := w.Write(text); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	_ = client.Quit() // it has the mail
	return nil
}

// dial connects, with TLS where there has to be, until ctx is done.
func (s *MailServer) dial(ctx context.Context) (*smtp.Client, error) {
	dialer := net.Dialer{Timeout: connectTime}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.Host, s.Port))
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	if s.Security == ImplicitTLS {
		conn = tls.Client(conn, s.tls())
	}
	client, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("greeting: %w", err), conn.Close())
	}
	if s.Security != StartTLS {
		return client, nil
	}
	if offered, _ := client.Extension("STARTTLS"); !offered {
		return nil, errors.Join(errors.New("the server offers no STARTTLS"), client.Close())
	}
	if err := client.StartTLS(s.tls()); err != nil {
		return nil, errors.Join(fmt.Errorf("STARTTLS: %w", err), client.Close())
	}
	return client, nil
}

func (s *MailServer) tls() *tls.Config {
	config := &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12}
	if s.TLS != nil {
		config.RootCAs = s.TLS.RootCAs
	}
	return config
}
