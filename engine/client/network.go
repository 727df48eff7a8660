package client

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Network says how the way to an engine is made. The zero Network is the usual way:
// certificates that the system trusts, and the proxy that the environment names.
type Network struct {
	CA               []byte // PEM: certificates that are trusted instead of the system's
	Certificate      []byte // PEM: with PrivateKey, who this client is (TLS client authentication)
	PrivateKey       []byte // PEM
	SkipVerification bool   // of the engine's certificate
	Proxy            string // URL (http, https, socks5); "" is what the environment says
}

// HTTP makes the [Config.HTTP] of a way. Errors are [engine.Invalid] with the Field
// "ca_cert_pem", "client_cert_pem" or "proxy_url", and repeat no value.
func (n Network) HTTP() (*http.Client, error) {
	own := transport()
	var err error
	if own.TLSClientConfig, err = n.tls(); err != nil {
		return nil, err
	}
	if n.Proxy != "" {
		proxy, err := parseProxy(n.Proxy)
		if err != nil {
			return nil, err
		}
		own.Proxy = http.ProxyURL(proxy)
	}
	return &http.Client{Transport: own}, nil
}

func (n Network) tls() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: n.SkipVerification} // only where the user has said so
	if len(n.CA) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(n.CA) {
			return nil, badNetwork("ca_cert_pem", "there is no certificate in PEM in it", "it begins with -----BEGIN CERTIFICATE-----")
		}
	}
	if len(n.Certificate)+len(n.PrivateKey) > 0 {
		pair, err := tls.X509KeyPair(n.Certificate, n.PrivateKey)
		if err != nil {
			return nil, badNetwork("client_cert_pem", fmt.Sprintf("certificate and key do not make a pair: %v", err), "give both in PEM, the key without a passphrase")
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func parseProxy(text string) (*url.URL, error) {
	proxy, err := url.Parse(text)
	if err == nil && proxy.Host != "" {
		switch proxy.Scheme {
		case "http", "https", "socks5", "socks5h":
			return proxy, nil
		}
	}
	return nil, badNetwork("proxy_url", "it is not the URL of a proxy", "write it as http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT") // not repeated: it may hold a password
}

func badNetwork(field, detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Connection setting is not valid", Field: field, Detail: detail, Hint: hint}
}
