package zoo

import (
	"bytes"
	"net"
)

// terminals speak Telnet (RFC 854) and Secure Shell (RFC 4253).
func terminals() []Species {
	linux := Species{Name: "telnetd", Base: "telnet", Protocol: "telnet", Port: 23, Serve: negotiates(
		"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27", "\xff\xfb\x03\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x05\xff\xfd\x21\r\nLinux 6.1.0 (zoo) (pts/0)\r\n\r\nzoo login: ")}
	telnet := []Species{
		linux,
		secured(linux, 992),
		{Name: "busybox-telnetd", Base: "telnet", Protocol: "telnet", Port: 23, Serve: greets("\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x01\xff\xfb\x03\r\nrouter login: ")},
		{Name: "cisco-telnet", Base: "telnet", Protocol: "telnet", Product: "cisco-ios", Port: 23, Serve: greets("\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f\r\n\r\nUser Access Verification\r\n\r\nUsername: ")},
		{Name: "mikrotik-telnet", Base: "telnet", Protocol: "telnet", Product: "mikrotik", Version: "6.49.10", Port: 23, Serve: greets("\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27\xff\xfb\x01MikroTik v6.49.10 (long-term)\r\nLogin: ")},
	}
	return append(telnet, shells()...)
}

// negotiates asks for options, and shows its screen once they are answered.
func negotiates(options, screen string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := conn.Write([]byte(options)); err != nil {
			return
		}
		answer := make([]byte, 1024)
		for heard := 0; heard < len(options); { // an answer to each
			n, err := conn.Read(answer)
			if err != nil {
				return
			}
			if heard += n; bytes.IndexByte(answer[:n], 255) < 0 {
				break // who types does not negotiate
			}
		}
		greets(screen)(conn)
	}
}
