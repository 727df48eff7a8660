package client_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// secured serves one scan by TLS; clients have to be of the authority if it is not nil.
func secured(t *testing.T, a, clients *enginetest.Authority) string {
	t.Helper()
	cert, key := a.Pair("server")
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, `{"id":7}`) }))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	if clients != nil {
		s.TLS.ClientAuth, s.TLS.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		s.TLS.ClientCAs.AppendCertsFromPEM(clients.PEM)
	}
	s.Config.ErrorLog = nil
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

// asks sends one request over a network and gives its error.
func asks(t *testing.T, url string, n client.Network) error {
	t.Helper()
	way, err := n.HTTP()
	if err != nil {
		return err
	}
	t.Cleanup(way.CloseIdleConnections)
	c, err := client.New(client.Config{Endpoint: url, Key: key, HTTP: way, MaxRetries: -1})
	if err != nil {
		return err
	}
	_, err = c.Scan(t.Context(), 7)
	return err
}

func TestOwnAuthority(t *testing.T) {
	ours, other := enginetest.NewAuthority(t), enginetest.NewAuthority(t)
	url := secured(t, ours, nil)
	for name, n := range map[string]client.Network{"its CA": {CA: ours.PEM}, "both": {CA: append(bytes.Clone(other.PEM), ours.PEM...)}, "none checked": {SkipVerification: true}} {
		if err := asks(t, url, n); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, n := range map[string]client.Network{"the system's": {}, "another CA": {CA: other.PEM}} {
		if got := known(t, asks(t, url, n)); got.Title != "Endpoint is not trusted" || got.Field != "endpoint" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestClientCertificate(t *testing.T) {
	a, other := enginetest.NewAuthority(t), enginetest.NewAuthority(t)
	url := secured(t, a, a)
	cert, private := a.Pair("client")
	if err := asks(t, url, client.Network{CA: a.PEM, Certificate: cert, PrivateKey: private}); err != nil {
		t.Error(err)
	}
	if err := asks(t, url, client.Network{CA: a.PEM}); err == nil {
		t.Error("let in without a certificate")
	}
	cert, private = other.Pair("stranger")
	if err := asks(t, url, client.Network{CA: a.PEM, Certificate: cert, PrivateKey: private}); err == nil {
		t.Error("let in with a stranger's certificate")
	}
}

func TestNetworkThatIsNotValid(t *testing.T) {
	a := enginetest.NewAuthority(t)
	cert, _ := a.Pair("one")
	_, private := a.Pair("another")
	for field, n := range map[string]client.Network{
		"ca_cert_pem": {CA: []byte("secret text")}, "client_cert_pem": {Certificate: cert, PrivateKey: private}, "proxy_url": {Proxy: "ftp://user:secret@proxy"},
	} {
		_, err := n.HTTP()
		if got := known(t, err); got.Field != field || got.Hint == "" || strings.Contains(got.Error(), "secret") {
			t.Errorf("%s: %+v", field, got)
		}
	}
}

func TestProxy(t *testing.T) {
	a := enginetest.NewAuthority(t)
	url := secured(t, a, nil)
	var tunnels atomic.Int32
	var user atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tunnels.Add(1)
		user.Store(r.Header.Get("Proxy-Authorization"))
		tunnel(t, w, r)
	}))
	t.Cleanup(proxy.Close)
	n := client.Network{CA: a.PEM, Proxy: strings.Replace(proxy.URL, "http://", "http://me:pass@", 1)}
	if err := asks(t, url, n); err != nil || tunnels.Load() != 1 || user.Load() != "Basic bWU6cGFzcw==" {
		t.Errorf("%v after %d tunnels of %v", err, tunnels.Load(), user.Load())
	}
	n.Proxy = "http://me:hush@" + "127.0.0.1:1"
	if got := known(t, asks(t, url, n)); strings.Contains(got.Error(), "hush") {
		t.Errorf("the password of the proxy is told: %v", got)
	}
}

// tunnel answers CONNECT (RFC 9110 section 9.3.6).
func tunnel(t *testing.T, w http.ResponseWriter, r *http.Request) {
	far, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.Host)
	if err != nil {
		http.Error(w, "no such host", http.StatusBadGateway)
		return
	}
	defer far.Close()
	near, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	defer near.Close()
	_, _ = fmt.Fprint(near, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(far, near) }() // ends with either connection
	_, _ = io.Copy(near, far)
}

func TestHeadersAndUser(t *testing.T) {
	c := make(chan http.Header, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c <- r.Header
		_, _ = fmt.Fprint(w, `{"id":7}`)
	}))
	t.Cleanup(s.Close)
	one, err := client.New(client.Config{Endpoint: s.URL, Key: "secret", User: "17", Headers: map[string]string{"cf-access-client-id": "me"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := one.Scan(t.Context(), 7); err != nil {
		t.Fatal(err)
	}
	if got := <-c; got.Get("Authorization") != "Basic MTc6c2VjcmV0" || got.Get("Cf-Access-Client-Id") != "me" {
		t.Errorf("sent %v", got)
	}
	for name, value := range map[string]string{"authorization": "x", "x-api-key": "x", "a b": "x", "x-a": "hush\r\nx-b: 1", "": "x"} {
		_, err := client.New(client.Config{Endpoint: s.URL, Headers: map[string]string{name: value}})
		if got := known(t, err); got.Field != "headers" || strings.Contains(got.Error(), "hush") {
			t.Errorf("%q: %+v", name, got)
		}
	}
}
