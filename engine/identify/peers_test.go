package identify_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// turnstile is a dialer that counts how many connections there are, and were.
type turnstile struct {
	*probetest.Dialer

	lock             sync.Mutex
	open, most, made int
}

var _ probe.Dialer = (*turnstile)(nil)

func newTurnstile(peer probetest.Peer) *turnstile {
	return &turnstile{Dialer: probetest.NewDialer(peer)}
}

func (s *turnstile) Dial(ctx context.Context, to engine.Endpoint) (net.Conn, error) {
	conn, err := s.Dialer.Dial(ctx, to)
	if err != nil {
		return nil, err
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.open++
	s.made++
	s.most = max(s.most, s.open)
	return &passenger{Conn: conn, by: s}, nil
}

// passenger leaves once.
type passenger struct {
	net.Conn
	by   *turnstile
	once sync.Once
}

func (p *passenger) Close() error {
	p.once.Do(func() {
		p.by.lock.Lock()
		defer p.by.lock.Unlock()
		p.by.open--
	})
	return p.Conn.Close()
}

// holds keeps a connection open and says nothing.
func holds(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// greetsAndHolds says one thing and nothing more.
func greetsAndHolds(text string) probetest.Peer {
	return func(conn net.Conn) {
		_, _ = io.WriteString(conn, text)
		holds(conn)
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

// after400 takes its time over a page and turns everything else away at once.
func after400(pause time.Duration) probetest.Peer {
	return func(conn net.Conn) {
		request := make([]byte, 4096)
		if n, err := conn.Read(request); err == nil && n > 4 && string(request[:4]) == "GET " {
			<-time.After(pause)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
	}
}

// mail greets and knows EHLO.
func mail(conn net.Conn) {
	if _, err := io.WriteString(conn, "220 mx.example.net ESMTP Postfix\r\n"); err != nil {
		return
	}
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		reply := "502 5.5.2 Error: command not recognized\r\n"
		if len(lines.Text()) > 4 && lines.Text()[:4] == "EHLO" {
			reply = "250 mx.example.net\r\n"
		}
		if _, err := io.WriteString(conn, reply); err != nil {
			return
		}
	}
}

// cache knows no command but PING, of Redis.
func cache(conn net.Conn) {
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		reply := "-ERR unknown command\r\n"
		switch lines.Text() {
		case "PING":
			reply = "+PONG\r\n"
		case "*1", "$4":
			continue
		}
		if _, err := io.WriteString(conn, reply); err != nil {
			return
		}
	}
}

// inTLS is a peer inside TLS.
func inTLS(tb testing.TB, peer probetest.Peer) probetest.Peer {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	return func(conn net.Conn) {
		session := tls.Server(conn, config)
		if session.Handshake() == nil {
			peer(session)
		}
	}
}
