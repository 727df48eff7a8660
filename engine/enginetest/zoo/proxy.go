package zoo

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
)

// proxies carry connections of others. Those that are open connect to themselves when
// asked for any address, which is all that a scan may ask for.
func proxies() []Species {
	const squid = "HTTP/1.1 %d %s\r\nServer: squid/5.7\r\nMime-Version: 1.0\r\nContent-Type: text/html;charset=utf-8\r\nContent-Length: 0\r\nX-Squid-Error: %s 0\r\n%sVia: 1.1 proxy (squid/5.7)\r\nConnection: close\r\n\r\n"
	invalid := fmt.Sprintf(squid, 400, "Bad Request", "ERR_INVALID_URL", "")
	denied := fmt.Sprintf(squid, 403, "Forbidden", "ERR_ACCESS_DENIED", "")
	login := fmt.Sprintf(squid, 407, "Proxy Authentication Required", "ERR_CACHE_ACCESS_DENIED", "Proxy-Authenticate: Basic realm=\"Squid\"\r\n")
	tiny := "HTTP/1.0 400 Bad Request\r\nServer: tinyproxy/1.11.1\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<title>400 Bad Request</title>You tried to connect to the machine the proxy is running on"
	return []Species{
		{Name: "squid", Base: "http", Protocol: "httpproxy", Product: "squid", Version: "5.7", Port: 3128, Serve: httpProxy(invalid, denied)},
		{Name: "squid-login", Base: "http", Protocol: "httpproxy", Product: "squid", Version: "5.7", Port: 3128, Serve: httpProxy(login, login)},
		{Name: "squid-open", Base: "http", Protocol: "httpproxy", Product: "squid", Version: "5.7", Port: 3128, Serve: httpProxy(invalid, "HTTP/1.1 200 Connection established\r\n\r\n")},
		{Name: "tinyproxy-open", Base: "http", Protocol: "httpproxy", Product: "tinyproxy", Version: "1.11.1", Port: 8888, Serve: httpProxy(tiny, "HTTP/1.0 200 Connection established\r\nProxy-agent: tinyproxy/1.11.1\r\n\r\n")},
		{Name: "socks5", Base: "socks", Protocol: "socks5", Port: 1080, Serve: socks5(0)},
		{Name: "socks5-login", Base: "socks", Protocol: "socks5", Port: 1080, Serve: socks5(2)},
		{Name: "socks4", Base: "socks", Protocol: "socks4", Port: 1080, Serve: socks4},
	}
}

// httpProxy refuses pages of its own with one answer and connections with another; if
// that is a success, the same proxy is at the other end.
func httpProxy(page, connect string) func(net.Conn) {
	return func(conn net.Conn) {
		from := bufio.NewReader(conn)
		for {
			request, err := http.ReadRequest(from)
			reply := page
			if err == nil && request.Method == http.MethodConnect && request.URL.Port() != "0" {
				reply = connect
			}
			if _, err := io.WriteString(conn, reply); err != nil || reply == page || connect[9] != '2' {
				return
			}
		}
	}
}

// socks5 follows RFC 1928. With method 0 it connects to itself.
func socks5(method byte) func(net.Conn) {
	return func(conn net.Conn) {
		for {
			head := make([]byte, 2)
			if _, err := io.ReadFull(conn, head); err != nil || head[0] != 5 {
				return
			}
			offered := make([]byte, head[1])
			if _, err := io.ReadFull(conn, offered); err != nil {
				return
			}
			chosen := byte(0xff)
			for _, m := range offered {
				if m == method {
					chosen = m
				}
			}
			if _, err := conn.Write([]byte{5, chosen}); err != nil || chosen != 0 {
				return
			}
			request := make([]byte, 10) // of an IPv4 address
			if _, err := io.ReadFull(conn, request); err != nil || request[0] != 5 {
				return
			}
			if _, err := conn.Write(append([]byte{5, 0, 0, 1}, request[4:]...)); err != nil {
				return
			}
		}
	}
}

// socks4 refuses everybody (SOCKS 4 protocol, Ying-Da Lee), other versions without a word.
func socks4(conn net.Conn) {
	request := make([]byte, 9)
	if _, err := io.ReadFull(conn, request[:1]); err != nil || request[0] != 4 {
		return
	}
	if _, err := io.ReadFull(conn, request[1:]); err == nil {
		_, _ = conn.Write(append([]byte{0, 91}, make([]byte, 6)...))
	}
}
