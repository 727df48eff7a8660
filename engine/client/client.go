// Package client speaks the private scanner API to an engine, in this process or
// far away. Begin with [New]; [Client.CreateScan] and [Client.Wait] are one scan.
//
// It is how guests (provider, action, command line) reach an engine, and knows
// nothing of one but its API. It logs nothing, the API key least of all. Every error
// is an [engine.Error] of the kind it had in the engine; one that arose on the way
// has the field "endpoint" or "api_key".
package client

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// DefaultRetries is how often a request is sent again when that may help.
const DefaultRetries = 4

// Clocks of a connection of the default HTTP client.
const (
	dialTime   = 10 * time.Second
	idleTime   = 90 * time.Second
	headerTime = 90 * time.Second // longer than any long poll
)

// Config says which engine and how.
type Config struct {
	Endpoint   string            // "https://portolan.example", where the engine's paths begin
	Key        string            // API key
	User       string            // whose key it is, by number or e-mail address: both are sent as HTTP Basic; "" is not said
	Headers    map[string]string // sent with every request, for what stands in front of an engine
	HTTP       *http.Client      // nil is one with sensible timeouts; its CheckRedirect is not used; see [Network]
	UserAgent  string            // "" is "portolan"
	MaxRetries int               // 0 is [DefaultRetries], negative is none
	AtOnce     int               // requests under way at the same time, long polls and downloads aside; 0 has no limit
	PerMinute  int               // requests a minute; 0 has no limit
	Timeout    time.Duration     // until the answer of a request begins, long polls and downloads aside; 0 is the usual
}

// Client is a client of one engine. Its methods may be called at the same time.
type Client struct {
	base    *url.URL
	key     string
	user    string
	headers map[string]string
	agent   string
	retries int
	timeout time.Duration
	pace    *pace
	http    *http.Client
}

// New makes a client. Nothing is sent yet.
func New(config Config) (*Client, error) {
	base, err := parseEndpoint(config.Endpoint)
	if err != nil {
		return nil, err
	}
	if err := checkKey(config.Key); err != nil {
		return nil, err
	}
	if err := checkHeaders(config.Headers); err != nil {
		return nil, err
	}
	c := &Client{
		base: base, key: config.Key, user: config.User, headers: config.Headers, agent: config.UserAgent,
		retries: config.MaxRetries, timeout: config.Timeout, pace: newPace(config.AtOnce, config.PerMinute), http: httpClient(config.HTTP),
	}
	if c.agent == "" {
		c.agent = "portolan"
	}
	if c.retries == 0 {
		c.retries = DefaultRetries
	}
	return c, nil
}

// httpClient gives a copy of the caller's client that follows our rule for redirects.
func httpClient(given *http.Client) *http.Client {
	own := http.Client{Transport: transport()}
	if given != nil {
		own = *given
	}
	own.CheckRedirect = checkRedirect
	return &own
}

func transport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: dialTime}).DialContext,
		TLSHandshakeTimeout:   dialTime,
		ResponseHeaderTimeout: headerTime,
		IdleConnTimeout:       idleTime,
		MaxIdleConnsPerHost:   16,
		ForceAttemptHTTP2:     true,
	}
}

func parseEndpoint(endpoint string) (*url.URL, error) {
	base, err := url.Parse(endpoint)
	switch {
	case err != nil:
		return nil, badEndpoint(fmt.Sprintf("%q is not a URL", endpoint))
	case base.User != nil:
		return nil, badEndpoint("it has a user name or password in it") // not repeated: it is a secret
	case base.Scheme != "http" && base.Scheme != "https", base.Host == "":
		return nil, badEndpoint(fmt.Sprintf("%q does not begin with http:// or https:// and a host", endpoint))
	case base.RawQuery != "" || base.Fragment != "":
		return nil, badEndpoint(fmt.Sprintf("%q has more than a host and a path", endpoint))
	}
	base.Path = strings.TrimRight(base.Path, "/")
	base.RawPath = ""
	return base, nil
}

func badEndpoint(why string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Endpoint is not valid", Detail: "the endpoint is not the address of an engine: " + why, Hint: "write it as https://portolan.example or http://127.0.0.1:8844", Field: "endpoint"}
}

// ownHeaders are set by the client itself.
func ownHeaders() []string {
	return []string{"Accept", "Authorization", "Content-Length", "Content-Type", "Host", "Transfer-Encoding", "X-Api-Key", engine.RequestKeyHeader}
}

// checkHeaders refuses headers that cannot be sent (RFC 9110 section 5.5) or would take
// the place of the client's own. The error does not repeat a value: it may be a secret.
func checkHeaders(headers map[string]string) error {
	for name, value := range headers {
		why := ""
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			why = "is not the name of a header"
		case !httpguts.ValidHeaderFieldValue(value):
			why = "has a line break or another character in its value that no header has"
		case slices.Contains(ownHeaders(), http.CanonicalHeaderKey(name)):
			why = "is set by the client itself"
		default:
			continue
		}
		return &engine.Error{Kind: engine.Invalid, Title: "Header is not valid", Field: "headers", Detail: fmt.Sprintf("%q %s", name, why), Hint: "remove or correct it"}
	}
	return nil
}

// checkKey refuses a key that cannot stand in a header. The error does not repeat it.
func checkKey(key string) error {
	for _, r := range key {
		if r <= ' ' || r > '~' {
			return &engine.Error{Kind: engine.Unauthorized, Title: "API key is not valid", Detail: "the API key has a space, a line break or another character that no key has", Hint: "keys are letters and digits; check how it was read", Field: "api_key"}
		}
	}
	return nil
}
