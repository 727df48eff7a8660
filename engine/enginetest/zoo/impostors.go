package zoo

import (
	"fmt"
	"io"
	"net"
	"strings"
)

// impostors are taken for what they are not.
func impostors() []Species {
	return []Species{
		{Name: "echo", Port: 7, Serve: func(conn net.Conn) { _, _ = io.Copy(conn, conn) }},
		{Name: "parrot", Port: 2020, Serve: replies(func(request string) string { return fmt.Sprintf("unknown command: %s\r\n", request) })},
		{Name: "yes-man", Port: 2021, Serve: replies(func(string) string { return "OK\r\n" })},
		{Name: "ready-man", Port: 2022, Serve: replies(func(string) string { return "220 ready\r\n" })},
		{Name: "zero-man", Port: 2023, Serve: replies(func(string) string { return strings.Repeat("\x00", 64) })},
		{Name: "ones-man", Port: 2024, Serve: replies(func(string) string { return strings.Repeat("\x01", 64) })},
		{Name: "web-always-400", Base: "http", Protocol: "http", Port: 2025, Serve: replies(func(string) string {
			return "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
		})},
		{Name: "web-always-200", Base: "http", Protocol: "http", Port: 2026, Serve: replies(func(string) string {
			return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 22\r\n\r\n<title>welcome</title>"
		})},
		{Name: "resets", Port: 2027, Serve: func(conn net.Conn) {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
		}},
		{Name: "hangs-up", Port: 2028, Serve: func(net.Conn) {}},
		{Name: "hangs-up-late", Port: 2029, Serve: func(conn net.Conn) { hearRequest(conn) }},
		{Name: "every-greeting", Port: 2030, Serve: greets("SSH-2.0-OpenSSH_9.6\r\n220 ftp.example.com FTP server ready\r\n+OK POP3 ready\r\n* OK IMAP4rev1\r\n@RSYNCD: 31.0\nRFB 003.008\n")},
		{Name: "screen", Port: 2031, Serve: greets("\x00\x00\x1b[2J\x1b]0;owned\x07\x1b[31mlogin\x1b[0m\x00\x00\n")},
		{Name: "short-greeting", Port: 2032, Serve: greets("\n")},
		{Name: "bare-220", Port: 2033, Serve: greets("220 \r\n")},
		{Name: "bare-ok", Port: 2034, Serve: greets("+OK\r\n")},
		{Name: "noise-greeting", Port: 2035, Serve: greets(string(noise(3, 200)))},
		{Name: "noise-answer", Port: 2036, Serve: replies(func(request string) string { return string(noise(uint64(len(request)), 64)) })},
	}
}

// replies says the same kind of thing to whatever is said.
func replies(answer func(request string) string) func(net.Conn) {
	return func(conn net.Conn) {
		request := make([]byte, 16<<10)
		for {
			n, err := conn.Read(request)
			if err != nil {
				return
			}
			if _, err := io.WriteString(conn, answer(string(request[:n]))); err != nil {
				return
			}
		}
	}
}

// greets says one thing and listens.
func greets(text string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := io.WriteString(conn, text); err == nil {
			listenOnly(conn)
		}
	}
}
