package httpproxy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/httpproxy"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func recorded(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".bin"))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

const (
	established = "HTTP/1.1 200 Connection established\r\n\r\n"
	login       = "HTTP/1.1 407 Proxy Authentication Required\r\nServer: squid/5.7\r\nX-Squid-Error: ERR_CACHE_ACCESS_DENIED 0\r\nProxy-Authenticate: Basic realm=\"Squid\"\r\nContent-Length: 0\r\n\r\n"
)

func TestRecorded(t *testing.T) {
	for name, tt := range map[string]struct {
		peer probetest.Peer
		want string
	}{
		"open Squid":     {probetest.Answers([]byte(established), recorded(t, "squid-port0")), "200 open=true auth=false [squid/5.7]"},
		"open Tinyproxy": {probetest.Answers([]byte("HTTP/1.0 200 Connection established\r\nProxy-agent: tinyproxy/1.11.1\r\n\r\n"), recorded(t, "tinyproxy-port0")), "200 open=true auth=false [tinyproxy/1.11.1]"},
		"open Privoxy":   {probetest.Answers([]byte(established), recorded(t, "privoxy-port0")), "200 open=true auth=false []"},
		"denied":         {probetest.Answers(recorded(t, "squid-denied")), "403 open=false auth=false [squid/5.7]"},
		"login":          {probetest.Answers([]byte(login)), "407 open=false auth=true [squid/5.7]"},
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, httpproxy.Probe{}, probetest.Recording{Peer: tt.peer, Base: "http", Protocol: "httpproxy", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["httpproxy"].(*httpproxy.Block)
				if !ok || b.Banner == "" {
					t.Fatalf("%+v", rs[0].Blocks)
				}
				names := []string{}
				for _, tag := range rs[0].Tags {
					names = append(names, tag.Name+"/"+tag.Version)
				}
				if got := fmt.Sprintf("%d open=%v auth=%v %v", b.StatusCode, b.Open, b.AuthRequired, names); got != tt.want {
					t.Errorf("%s, want %s", got, tt.want)
				}
			}})
		})
	}
}

// TestOthers: web servers that answer CONNECT as if it were GET.
func TestOthers(t *testing.T) {
	page := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi"
	for name, answers := range map[string][]string{
		"a page":           {page, page},
		"200 for all":      {established, established, established},
		"a page in pieces": {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"},
		"not allowed":      {"HTTP/1.1 405 Method Not Allowed\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n"},
		"bad request":      {"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nVia: 1.1 varnish\r\nContent-Length: 0\r\n\r\n"},
		"then silence":     {established},
	} {
		var said [][]byte
		for _, answer := range answers {
			said = append(said, []byte(answer))
		}
		if result := (httpproxy.Probe{}).Run(t.Context(), probetest.NewDialer(probetest.Answers(said...)), probetest.Endpoint()); result.Outcome == engine.Answered {
			t.Errorf("%s: took it for %+v", name, result.Responses[0].Blocks["httpproxy"])
		}
	}
}
