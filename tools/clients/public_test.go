package clients_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"testing"
)

// publicService is a proxy behind which every server is the engine: clients that know
// one address only, that of the public service, reach it through this.
func publicService(t *testing.T, p *program) (proxy string) {
	t.Helper()
	endpoint := p.host(t)
	secure := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(endpoint) }})
	t.Cleanup(secure.Close)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "only tunnels", http.StatusMethodNotAllowed)
			return
		}
		if err := tunnel(w, secure.Listener.Addr().String()); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(front.Close)
	return front.URL
}
