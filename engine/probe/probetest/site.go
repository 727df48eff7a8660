package probetest

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
)

// Site is a web server that has one recorded answer, head and body as they came, for
// each "METHOD path", or path for GET; "" is for all others. It keeps a connection as
// long as its answers say how long they are.
func Site(answers map[string][]byte) Peer {
	return func(conn net.Conn) {
		from := bufio.NewReader(conn)
		for {
			request, err := http.ReadRequest(from)
			if err != nil {
				return
			}
			answer, ok := answers[request.Method+" "+request.URL.RequestURI()]
			if !ok && request.Method == http.MethodGet {
				answer, ok = answers[request.URL.RequestURI()]
			}
			if !ok {
				answer = answers[""]
			}
			if _, err := conn.Write(answer); err != nil || !isFramed(answer) {
				return
			}
		}
	}
}

func isFramed(answer []byte) bool {
	head, _, _ := bytes.Cut(bytes.ToLower(answer), []byte("\r\n\r\n"))
	return bytes.Contains(head, []byte("\r\ncontent-length:")) && !bytes.Contains(head, []byte("connection: close"))
}
