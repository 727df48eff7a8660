package zoo

import (
	"io"
	"net"
)

// floods cost memory.
func floods() []Species {
	pour := func(text []byte) func(net.Conn) {
		return func(conn net.Conn) { forEver(conn, text) }
	}
	answer := func(head string, text []byte) func(net.Conn) {
		return func(conn net.Conn) {
			if hearRequest(conn) {
				_, _ = io.WriteString(conn, head)
				forEver(conn, text)
			}
		}
	}
	return []Species{
		{Name: "flood-banner", Port: 2010, Serve: pour(repeated("A"))},
		{Name: "flood-lines", Port: 2011, Serve: pour(repeated("welcome\r\n"))},
		{Name: "flood-nul", Port: 2012, Serve: pour(make([]byte, 32<<10))},
		{Name: "flood-garbage", Port: 2013, Serve: pour(noise(1, 32<<10))},
		{Name: "flood-mail", Base: "smtp", Protocol: "smtp", Port: 25, Serve: pour(repeated("220-mail.example.com ESMTP\r\n"))},
		{Name: "flood-answer", Port: 2014, Serve: answer("", noise(2, 32<<10))},
		{Name: "flood-headers", Base: "http", Protocol: "http", Port: 8080, Serve: answer("HTTP/1.1 200 OK\r\n", repeated("X-Filler: filler\r\n"))},
		{Name: "flood-header", Base: "http", Protocol: "http", Port: 8080, Serve: answer("HTTP/1.1 200 OK\r\nX-Filler: ", repeated("a"))},
		{Name: "flood-body", Base: "http", Protocol: "http", Port: 8080, Serve: answer("HTTP/1.1 200 OK\r\n\r\n", repeated("<p>"))},
		{Name: "flood-redis", Base: "redis", Protocol: "redis", Port: 6379, Serve: answer("$2000000000\r\n", repeated("redis_version:6.2.6\r\n"))},
		// Records of a handshake message that claims 16 MB (RFC 8446 section 4: 24 bits of length).
		{Name: "flood-tls", Base: "tls", Protocol: "tls", Port: 443, Serve: answer("", append([]byte("\x16\x03\x03\x40\x00\x02\xff\xff\xff"), make([]byte, 16<<10-4)...))},
		// Empty records, which cost a server nothing and a client a turn each.
		{Name: "flood-tls-empty", Base: "tls", Protocol: "tls", Port: 443, Serve: answer("", repeated("\x16\x03\x03\x00\x00"))},
	}
}
