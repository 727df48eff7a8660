package httpproxy

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// maxHeads is how much is read of the answers to both requests.
const maxHeads = 32 << 10

// connect asks the proxy for a connection to itself.
func connect(conn net.Conn, to engine.Endpoint) (web.Head, error) {
	self := netip.AddrPortFrom(to.Addr, to.Port).String()
	return send(conn, self)
}

// hear gives what the proxy says at the other end of the tunnel; ok if it is there.
// What is asked for has no answer but a refusal: a connection to port 0, which there
// is none. A server that answers everything with 200 so shows that it is no proxy.
func hear(tunnel net.Conn, to engine.Endpoint) (said string, ok bool) {
	answer, err := send(tunnel, netip.AddrPortFrom(to.Addr, 0).String())
	return answer.Raw, err == nil && answer.Status >= http.StatusBadRequest
}

// send asks for a connection and reads the head of the answer.
func send(conn net.Conn, host string) (web.Head, error) {
	if _, err := fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Mozilla/5.0 (compatible; Portolan)\r\n\r\n", host, host); err != nil {
		return web.Head{}, fmt.Errorf("ask for a connection: %w", err)
	}
	head, err := web.ReadHead(bufio.NewReader(io.LimitReader(conn, maxHeads)), "HTTP/1.")
	if err != nil {
		return web.Head{}, fmt.Errorf("read the answer: %w", err)
	}
	return head, nil
}
