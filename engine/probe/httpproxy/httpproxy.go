// Package httpproxy asks whether a web server is a proxy for strangers (RFC 9110
// sections 3.7 and 9.3.6). Begin with [Probe].
//
// It refines what probe/http has found. The only connection it asks a proxy for is one
// to the proxy itself, at the port it was found on, which is in the scope like the
// proxy. A proxy is open when the proxy is heard through the proxy: that a server
// answers CONNECT, or a foreign address, with 200 proves nothing. A gateway in front
// of one site (reverse proxy) is none of its business.
package httpproxy

import (
	"context"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// Block is the member "httpproxy" of a response.
type Block struct {
	Banner       string `json:"banner"`              // head of the answer to CONNECT
	StatusCode   int    `json:"connect_status_code"` // of that answer
	AuthRequired bool   `json:"auth_required"`
	Realm        string `json:"realm,omitempty"` // with the kind of login: `Basic realm="x"`
	Open         bool   `json:"open"`            // it connected a stranger, and was heard through itself
}

// Probe speaks to proxies.
type Probe struct {
	secure probe.Handshake
}

var _ probe.Refiner = Probe{}

// New makes the probe with a way to speak TLS, which offers nothing but HTTP/1.1.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "httpproxy".
func (Probe) Name() string { return "httpproxy" }

// Ports are those of Squid, Privoxy and others.
func (Probe) Ports() []uint16 { return []uint16{3128, 8118, 8123, 3129, 8888} }

// Refines is "http".
func (Probe) Refines() string { return "http" }

// Fits looks for what proxies say to whoever asks them for a page of their own; on
// ports of proxies any refusal is worth a try.
func (p Probe) Fits(answers []engine.Response) bool {
	block := web.BlockOf(answers[0])
	if block == nil {
		return false
	}
	return block.StatusCode == http.StatusProxyAuthRequired || isNamed(block) ||
		block.StatusCode >= http.StatusBadRequest && (slices.Contains(p.Ports(), uint16(answers[0].Port)) || strings.Contains(strings.ToLower(block.Body), "proxy") || isPrivoxy(block)) //nolint:gosec // it was one
}

// isPrivoxy: it refuses a page of its own without naming itself.
func isPrivoxy(block *web.Block) bool {
	return block.StatusLine == "400 Invalid header received from client"
}

// isNamed tells proxies by what they are called in a refusal. A gateway may be the
// same program, but it does not refuse its main page as no address at all.
func isNamed(block *web.Block) bool {
	return block.StatusCode >= http.StatusBadRequest && len(probe.Find(products(), said(block))) > 0
}

// said is where proxies name themselves.
func said(block *web.Block) string {
	lines := slices.Concat(block.Headers["x_squid_error"], block.Headers["server"], block.Headers["via"], block.Headers["proxy_agent"])
	return strings.Join(append(lines, block.Body[:min(len(block.Body), 4096)]), "\n")
}

// Run asks without TLS.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return ask(ctx, d, nil, to)
}

// RunTLS asks inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return ask(ctx, d, p.secure, to)
}

// ask wants a refusal as only proxies have it, or a connection through the proxy.
func ask(ctx context.Context, d probe.Dialer, secure probe.Handshake, to engine.Endpoint) probe.Result {
	var block *Block
	var tags []engine.Tag
	result := probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
		answer, err := connect(conn, to)
		if err != nil {
			return probe.Failed(err)
		}
		block = &Block{Banner: answer.Raw, StatusCode: answer.Status, Realm: web.Clip(answer.Header.Get("Proxy-Authenticate"), 256)}
		block.AuthRequired = answer.Status == http.StatusProxyAuthRequired
		said := answer.Raw
		if isTunnel(answer) {
			var inside string
			inside, block.Open = hear(conn, to)
			said += inside
		}
		tags = probe.Find(products(), said)
		if !block.Open && !block.AuthRequired && !isRefusal(answer) {
			return probe.Failed(web.ErrNotIt)
		}
		return probe.Result{Outcome: engine.Answered}
	})
	if result.Outcome != engine.Answered {
		return result
	}
	r := engine.NewResponse(to, "http", "httpproxy", "", time.Now())
	r.Blocks["httpproxy"], r.Tags = block, tags
	return probe.Found(r)
}

// isTunnel: what follows a tunnel's head comes from its other end; a page is none
// (RFC 9110 section 9.3.6).
func isTunnel(answer web.Head) bool {
	length := answer.Header.Get("Content-Length")
	return answer.Status/100 == 2 && (length == "" || length == "0") && answer.Header.Get("Transfer-Encoding") == "" && answer.Header.Get("Content-Type") == ""
}

// isRefusal: the proxies we know refuse in their own name, which others' pages may
// hold, but not together with an error of this kind.
func isRefusal(answer web.Head) bool {
	return answer.Status >= http.StatusBadRequest && answer.Header.Get("X-Squid-Error") != "" ||
		answer.Status >= http.StatusBadRequest && strings.Contains(strings.ToLower(answer.Header.Get("Server")), "tinyproxy") ||
		strings.HasSuffix(answer.Line, " Privoxy") || answer.Header.Get("Proxy-Agent") != ""
}

// products are compiled when the first proxy is met, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	const proxy = "Proxies"
	return []probe.Product{
		{Name: "squid", FullName: "Squid", Category: proxy, Vendor: "squid-cache", CPE: "squid", Pattern: regexp.MustCompile(`(?i)\bsquid/(\d+(?:\.\d+)*)|X-Squid-Error:|ERR_INVALID_URL`)},
		{Name: "tinyproxy", FullName: "Tinyproxy", Category: proxy, Vendor: "tinyproxy_project", CPE: "tinyproxy", Pattern: regexp.MustCompile(`(?i)\btinyproxy(?:/(\d+(?:\.\d+)*))?`)},
		{Name: "privoxy", FullName: "Privoxy", Category: proxy, Vendor: "privoxy", CPE: "privoxy", Pattern: regexp.MustCompile(`\bPrivoxy(?: (\d+(?:\.\d+)*))?`)},
		{Name: "mitmproxy", FullName: "mitmproxy", Category: proxy, Vendor: "mitmproxy", CPE: "mitmproxy", Pattern: regexp.MustCompile(`\bmitmproxy(?: (\d+(?:\.\d+)*))?`)},
		{Name: "ccproxy", FullName: "CCProxy", Category: proxy, Pattern: regexp.MustCompile(`\bCCProxy\b`)},
		{Name: "3proxy", FullName: "3proxy", Category: proxy, Pattern: regexp.MustCompile(`\b3proxy\b`)},
	}
})
