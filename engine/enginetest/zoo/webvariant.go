package zoo

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
)

// webVariants are ways to speak HTTP that not every client knows.
func webVariants() []Species {
	plain := map[string]answer{"/": page("<title>hello</title>")}
	redirects := map[string]answer{"/": {302, "Location: /a\r\n", ""}, "/a": {301, "Location: b/\r\n", ""}, "/b/": page("<title>end</title>")}
	basic := website{bad: answer{400, "", ""}, missing: answer{401, "WWW-Authenticate: Basic realm=\"router\"\r\n", "no"}}
	return []Species{
		web("web-redirects", "", "", 80, goServer("", redirects)),
		web("web-basic", "", "", 80, basic),
		web("web-gzip", "", "", 80, goServer("", map[string]answer{"/": zipped("<title>packed</title>")})),
		web("web-latin1", "", "", 80, goServer("", map[string]answer{"/": {200, "Content-Type: text/html; charset=iso-8859-1\r\n", "<title>Gr\xfc\xdfe</title>"}})),
		secured(web("web-empty", "", "", 80, goServer("", plain)), 8443),
		{Name: "web-http10", Base: "http", Protocol: "http", Port: 80, Serve: untilClosed},
		{Name: "web-chunked", Base: "http", Protocol: "http", Port: 80, Serve: chunked},
		{Name: "web-http2", Base: "http", Protocol: "http", Port: 8080, Serve: http2Only},
		inTLS(Species{Name: "web-http2", Base: "http", Protocol: "http", Serve: http2Only}, 8443, onlyHTTP2),
		{Name: "grpc", Base: "http", Protocol: "http", Product: "grpc", Port: 50051, Serve: grpc},
	}
}

func zipped(body string) answer {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, body) // a buffer takes anything
	_ = w.Close()
	return answer{200, "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", packed.String()}
}

// untilClosed ends a page with the connection, as HTTP/1.0 does.
func untilClosed(conn net.Conn) {
	request, err := bufio.NewReader(conn).ReadString('\n')
	switch {
	case err != nil:
	case strings.HasPrefix(request, "GET "):
		_, _ = io.WriteString(conn, "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<title>old</title>")
	default:
		_, _ = io.WriteString(conn, "HTTP/1.0 400 Bad Request\r\n\r\n")
	}
}

func chunked(conn net.Conn) {
	from := bufio.NewReader(conn)
	for {
		if _, err := http.ReadRequest(from); err != nil {
			return
		}
		body := "<title>pieces</title>"
		if _, err := fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n%s\r\n%x;a=b\r\n%s\r\n0\r\n\r\n", body[:5], len(body)-5, body[5:]); err != nil {
			return
		}
	}
}

// http2Only speaks HTTP/2 to those who know that it does (h2c with prior knowledge).
func http2Only(conn net.Conn) {
	serveHTTP2(conn, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<title>two</title>") })
}

// onlyHTTP2 agrees on nothing but HTTP/2 (ALPN, RFC 7301).
func onlyHTTP2() (*tls.Config, error) {
	certificate, err := selfSigned("zoo.example", nil)
	return &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"}}, err
}

// grpc speaks first: the settings of a server come before those of its client
// (gRPC over HTTP2, as the library for Go does it). It serves POST only.
func grpc(conn net.Conn) {
	if _, err := io.WriteString(conn, "\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05\x00\x00\x40\x00"); err != nil {
		return
	}
	serveHTTP2(&introduced{Conn: conn}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Grpc-Status", "12")
	})
}

// introduced is a connection on which the settings were sent already: those of the
// library, its first frame, are not sent again, for a client acknowledges each.
type introduced struct {
	net.Conn
	isBegun bool
}

// Write leaves the first frame out (RFC 9113 section 4.1: 3 bytes of length, 9 in all).
func (c *introduced) Write(p []byte) (int, error) {
	const head = 9
	own := 0
	if !c.isBegun && len(p) >= head {
		c.isBegun, own = true, min(len(p), head+int(p[1])<<8+int(p[2]))
	}
	n, err := c.Conn.Write(p[own:])
	return own + n, err
}

func serveHTTP2(conn net.Conn, handle http.HandlerFunc) {
	server := &http.Server{Protocols: new(http.Protocols), ErrorLog: log.New(io.Discard, "", 0), Handler: handle}
	server.Protocols.SetUnencryptedHTTP2(true)
	_ = server.Serve(&single{conn: conn}) // ends with the connection
}

// single is a listener of one connection, which it waits for the end of.
type single struct {
	conn net.Conn
	once sync.Once
	done chan struct{}
}

// Accept gives the connection once.
func (s *single) Accept() (conn net.Conn, err error) {
	s.once.Do(func() {
		s.done = make(chan struct{})
		conn = &watched{Conn: s.conn, done: s.done}
	})
	if conn == nil {
		<-s.done
		return nil, net.ErrClosed
	}
	return conn, nil
}

// Close does nothing: the zoo closes the connection.
func (*single) Close() error { return nil }

// Addr is the connection's.
func (s *single) Addr() net.Addr { return s.conn.LocalAddr() }

type watched struct {
	net.Conn
	done chan struct{}
	once sync.Once
}

// Close tells the listener.
func (w *watched) Close() error {
	w.once.Do(func() { close(w.done) })
	return w.Conn.Close()
}
