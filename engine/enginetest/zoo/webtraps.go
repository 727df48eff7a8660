package zoo

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
)

// webTraps are web servers that cost whoever believes them.
func webTraps() []Species {
	trap := func(name string, answer func(conn net.Conn, request *http.Request)) Species {
		return Species{Name: name, Base: "http", Protocol: "http", Port: 80, Serve: func(conn net.Conn) {
			request, err := http.ReadRequest(bufio.NewReader(conn))
			if err == nil {
				answer(conn, request)
			}
		}}
	}
	return []Species{
		trap("web-long", func(conn net.Conn, _ *http.Request) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n<title>long</title>")
			listenOnly(conn)
		}),
		trap("web-loop", func(conn net.Conn, request *http.Request) {
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 302 Found\r\nLocation: /%d\r\nContent-Length: 0\r\n\r\n", 1-len(request.URL.Path)%2)
		}),
		trap("web-maze", func(conn net.Conn, request *http.Request) {
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 302 Found\r\nLocation: %s/x\r\nContent-Length: 0\r\n\r\n", request.URL.Path)
		}),
		trap("web-bomb", func(conn net.Conn, _ *http.Request) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n")
			forEver(conn, megabyteOfNothing())
		}),
		trap("web-chunks", func(conn net.Conn, _ *http.Request) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			forEver(conn, repeated("1\r\nx\r\n"))
		}),
		trap("web-chunk", func(conn net.Conn, _ *http.Request) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n")
			forEver(conn, repeated("x"))
		}),
		trap("web-continue", func(conn net.Conn, _ *http.Request) {
			forEver(conn, repeated("HTTP/1.1 100 Continue\r\n\r\n"))
		}),
	}
}

// megabyteOfNothing is a megabyte of zeros as a gzip member of about a kilobyte; the
// format allows as many of them after each other as one likes (RFC 1952 section 2.2).
var megabyteOfNothing = sync.OnceValue(func() []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(make([]byte, 1<<20)) // a buffer takes anything
	_ = w.Close()
	return packed.Bytes()
})
