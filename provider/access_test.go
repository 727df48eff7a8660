package provider_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// front is what stands in front of an engine: it ends TLS, and shows what it was sent.
type front struct {
	*httptest.Server
	last atomic.Pointer[http.Header]
}

// newFront serves e by TLS with a certificate of ours; clients have to be of the
// authority if it is not nil.
func newFront(t *testing.T, e *enginetest.Engine, ours, clients *enginetest.Authority) *front {
	t.Helper()
	to, err := url.Parse(e.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	cert, key := ours.Pair("front")
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	f, onward := &front{}, httputil.NewSingleHostReverseProxy(to)
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := r.Header.Clone()
		f.last.Store(&header)
		onward.ServeHTTP(w, r)
	}))
	f.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	if clients != nil {
		f.TLS.ClientAuth, f.TLS.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		f.TLS.ClientCAs.AppendCertsFromPEM(clients.PEM)
	}
	f.StartTLS()
	t.Cleanup(f.Close)
	return f
}

func TestServerBehindTLS(t *testing.T) {
	withoutEnvironment(t)
	e, ours, theirs := enginetest.Start(t), enginetest.NewAuthority(t), enginetest.NewAuthority(t)
	f, strict := newFront(t, e, ours, nil), newFront(t, e, ours, theirs)
	cert, key := theirs.Pair("client")
	file := filepath.Join(t.TempDir(), "ca.pem")
	writeFile(t, file, string(ours.PEM))
	block := func(url string, more object) object {
		more["endpoint"], more["api_key"], more["max_retries"] = url, e.Key, 0
		return more
	}
	for name, config := range map[string]object{
		"CA":           block(f.URL, object{"ca_cert_pem": string(ours.PEM)}),
		"CA in a file": block(f.URL, object{"ca_cert_file": file}),
		"unchecked":    block(f.URL, object{"insecure_skip_verify": true}),
		"certificate":  block(strict.URL, object{"ca_cert_pem": string(ours.PEM), "client_cert_pem": string(cert), "client_key_pem": string(key)}),
	} {
		t.Run(name, func(t *testing.T) { configured(t, config) })
	}
	for name, test := range map[string]struct {
		config object
		path   string
		part   string
	}{
		"another CA":      {block(f.URL, object{"ca_cert_pem": string(theirs.PEM)}), "endpoint", "not trusted"},
		"no CA":           {block(f.URL, object{"ca_cert_pem": "nothing"}), "ca_cert_pem", "no certificate"},
		"no file":         {block(f.URL, object{"ca_cert_file": file + "x"}), "ca_cert_file", "cannot be read"},
		"no certificate":  {block(strict.URL, object{"ca_cert_pem": string(ours.PEM)}), "endpoint", "does not answer"},
		"half a pair":     {block(f.URL, object{"client_cert_pem": string(cert), "client_key_pem": string(cert)}), "client_cert_pem", "pair"},
		"header with LF":  {block(f.URL, object{"headers": object{"x-a": "a\nb"}}), "headers", "line break"},
		"no proxy":        {block(f.URL, object{"proxy_url": "proxy.example.com"}), "proxy_url", "proxy"},
		"proxy is silent": {block(f.URL, object{"proxy_url": "http://" + silentPort(t)}), "endpoint", "does not answer"},
	} {
		t.Run(name, func(t *testing.T) { wantError(t, newWire(t).configure(test.config, false), test.path, test.part) })
	}
}

func TestHeadersAreSent(t *testing.T) {
	withoutEnvironment(t)
	e, ours := enginetest.Start(t), enginetest.NewAuthority(t)
	f := newFront(t, e, ours, nil)
	configured(t, object{"endpoint": f.URL, "api_key": e.Key, "ca_cert_pem": string(ours.PEM), "headers": object{"X-Front": "secret"}})
	if got := f.last.Load(); got.Get("X-Front") != "secret" || !strings.HasPrefix(got.Get("User-Agent"), "terraform-provider-portolan/") {
		t.Errorf("sent %v", got)
	}
}

// User and token are another way to send the same key, in the block or in the environment.
func TestUserAndToken(t *testing.T) {
	withoutEnvironment(t)
	e := enginetest.Start(t)
	configured(t, object{"endpoint": e.Endpoint, "user_id": "admin@localhost", "api_token": e.Key})
	resp := newWire(t).configure(object{"endpoint": e.Endpoint, "user_id": "4711", "api_token": e.Key}, false)
	wantError(t, resp, "api_token", "Wrong API key")
	t.Setenv("PORTOLAN_ENDPOINT", e.Endpoint)
	t.Setenv("PORTOLAN_USER_ID", "1")
	t.Setenv("PORTOLAN_API_TOKEN", e.Key)
	configured(t, object{})
	t.Setenv("PORTOLAN_API_KEY", "NotTheKey0123456789") // goes first, as it did before there were users
	wantError(t, newWire(t).configure(object{}, false), "api_key")
	configured(t, object{"user_id": "1", "api_token": e.Key})
}

// What the engine cannot be reached without may come from what is created in the same run.
func TestUnknownSettings(t *testing.T) {
	withoutEnvironment(t)
	for name, config := range map[string]object{
		"api_key": {"api_key": unknown{}}, "api_token": {"user_id": "1", "api_token": unknown{}}, "user_id": {"user_id": unknown{}, "api_token": "a"},
		"ca_cert_pem": {"api_key": "a", "ca_cert_pem": unknown{}}, "headers": {"api_key": "a", "headers": object{"x": unknown{}}},
	} {
		t.Run(name, func(t *testing.T) {
			config["endpoint"] = "https://portolan.example.com"
			resp := newWire(t).configure(config, false)
			wantWarning(t, resp, name, "Engine is not known yet")
		})
	}
}
