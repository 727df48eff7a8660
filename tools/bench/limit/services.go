package limit

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"regexp"
	"sync"
	"time"
)

// greeting is how long a service has to speak first, answer how long to answer.
const (
	greeting = 300 * time.Millisecond
	answer   = time.Second
	workers  = 256
	maxRead  = 4096
)

// question is something to say to a service that does not speak first.
type question struct {
	say  string
	tell []pattern
}

type pattern struct {
	name string
	seen *regexp.Regexp
}

func greetings() []pattern {
	return []pattern{
		{"ssh", regexp.MustCompile(`^SSH-`)},
		{"ftp", regexp.MustCompile(`(?i)^220[ -].*ftp`)},
		{"smtp", regexp.MustCompile(`(?i)^220[ -].*(smtp|esmtp|mail)`)},
		{"imap", regexp.MustCompile(`^\* (OK|PREAUTH)`)},
		{"pop3", regexp.MustCompile(`^\+OK`)},
		{"mysql", regexp.MustCompile(`(?s)^.\x00\x00\x00[\x0a\xff]`)},
		{"vnc", regexp.MustCompile(`^RFB \d`)},
		{"nats", regexp.MustCompile(`^INFO \{`)},
		{"rsync", regexp.MustCompile(`^@RSYNCD:`)},
		{"telnet", regexp.MustCompile(`^\xff[\xfb-\xfe]`)},
	}
}

func questions() []question {
	return []question{
		{"GET / HTTP/1.0\r\n\r\n", []pattern{{"http", regexp.MustCompile(`^HTTP/1\.`)}}},
		{"PING\r\n", []pattern{{"redis", regexp.MustCompile(`^(\+PONG|-NOAUTH|-DENIED)`)}}},
		{"version\r\n", []pattern{{"memcached", regexp.MustCompile(`^VERSION `)}}},
		{"\x00\x00\x00\x08\x04\xd2\x16\x2f", []pattern{{"postgres", regexp.MustCompile(`^[SN]$`)}}},
		{"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", []pattern{{"rtsp", regexp.MustCompile(`^RTSP/1\.`)}}},
	}
}

// Services is a bare parallel prober: it reads a greeting, and from who has none
// it asks a few things on connections side by side, TLS among them. It prints
// "address:port name" for each it can name.
func Services(ctx context.Context, out io.Writer, places []netip.AddrPort) error {
	queue := make(chan netip.AddrPort)
	var running sync.WaitGroup
	var lock sync.Mutex
	var failed error
	for range workers {
		running.Go(func() {
			for place := range queue {
				name := identify(ctx, place)
				lock.Lock()
				if _, err := fmt.Fprintln(out, place, name); err != nil {
					failed = err
				}
				lock.Unlock()
			}
		})
	}
	for _, place := range places {
		queue <- place
	}
	close(queue)
	running.Wait()
	return failed
}

func identify(ctx context.Context, place netip.AddrPort) string {
	if said := ask(ctx, place, "", greeting); len(said) > 0 {
		return match(said, greetings())
	}
	names := make(chan string, len(questions())+1)
	for _, q := range questions() {
		go func() { names <- match(ask(ctx, place, q.say, answer), q.tell) }()
	}
	go func() { names <- handshake(ctx, place) }()
	for range cap(names) {
		if name := <-names; name != "" {
			return name
		}
	}
	return ""
}

func match(said []byte, patterns []pattern) string {
	for _, p := range patterns {
		if p.seen.Match(said) {
			return p.name
		}
	}
	return ""
}

// ask says something on a connection of its own and gives the first that comes back.
func ask(ctx context.Context, place netip.AddrPort, say string, wait time.Duration) []byte {
	conn, err := (&net.Dialer{Timeout: answer}).DialContext(ctx, "tcp", place.String())
	if err != nil {
		return nil
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(wait)); err != nil {
		return nil
	}
	if _, err := conn.Write([]byte(say)); err != nil {
		return nil
	}
	buffer := make([]byte, maxRead)
	n, _ := conn.Read(buffer)
	return bytes.Clone(buffer[:n])
}

// handshake tells whether TLS is spoken, and no more.
func handshake(ctx context.Context, place netip.AddrPort) string {
	ctx, cancel := context.WithTimeout(ctx, answer)
	defer cancel()
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10}}
	conn, err := dialer.DialContext(ctx, "tcp", place.String())
	if err != nil {
		return ""
	}
	_ = conn.Close() // it has said what was asked
	return "tls"
}
