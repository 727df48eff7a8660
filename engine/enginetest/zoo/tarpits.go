package zoo

import (
	"io"
	"net"
)

// tarpits cost time.
func tarpits() []Species {
	return []Species{
		{Name: "tarpit-silent", Port: 2000, Serve: listenOnly},
		{Name: "tarpit-drip", Port: 2001, Serve: func(conn net.Conn) { aBitASecond(conn, []byte("x"), 1) }},
		{Name: "tarpit-endlessh", Port: 2222, Serve: func(conn net.Conn) { aBitASecond(conn, []byte("a9Kd7\r\nQ0xv2mm\r\n"), 8) }},
		{Name: "tarpit-half-closed", Port: 2003, Serve: func(conn net.Conn) {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.CloseWrite()
			}
			listenOnly(conn)
		}},
		{Name: "tarpit-mail", Base: "smtp", Protocol: "smtp", Port: 25, Serve: func(conn net.Conn) {
			aBitASecond(conn, []byte("220-mail.example.com ESMTP one moment please\r\n"), 46)
		}},
		{Name: "tarpit-web", Base: "http", Protocol: "http", Port: 8080, Serve: func(conn net.Conn) {
			if hearRequest(conn) {
				aBitASecond(conn, []byte("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"), 1)
			}
		}},
		{Name: "tarpit-body", Base: "http", Protocol: "http", Port: 8080, Serve: func(conn net.Conn) {
			if hearRequest(conn) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
				aBitASecond(conn, []byte("<p>wait</p>"), 1)
			}
		}},
		{Name: "tarpit-tls", Base: "tls", Protocol: "tls", Port: 443, Serve: stallAfterHello},
	}
}

// stallAfterHello begins the server's first message (RFC 8446 section 4.1.3), 118
// bytes long, and says no more after its random.
func stallAfterHello(conn net.Conn) {
	if hearRequest(conn) {
		_, _ = io.WriteString(conn, "\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03"+string(noise(4, 32)))
		listenOnly(conn)
	}
}
