// Package sip speaks the Session Initiation Protocol of telephony servers (RFC 3261),
// over TCP and UDP, to learn what they are. Begin with [Probe].
//
// It sends OPTIONS, which rings nowhere. It does not register and does not try numbers.
package sip

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// Block is the member "sip" of a response.
type Block struct {
	Banner       string   `json:"banner"` // head of the answer to OPTIONS
	StatusCode   int      `json:"status_code"`
	StatusLine   string   `json:"status_line"` // "200 OK"
	Server       string   `json:"server,omitempty"`
	Methods      []string `json:"methods,omitempty"`
	AuthRequired bool     `json:"auth_required"` // even for OPTIONS
}

const version = "SIP/2.0"

// Probe speaks to telephony servers.
type Probe struct {
	secure probe.Handshake
}

var (
	_ probe.Inner    = Probe{}
	_ probe.Datagram = Probe{}
)

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "sip".
func (Probe) Name() string { return "sip" }

// Ports are those of RFC 3261 section 19.1.2: 5060, and 5061 inside TLS.
func (Probe) Ports() []uint16 { return []uint16{5060, 5061, 5080} }

// UDPPorts is the usual one.
func (Probe) UDPPorts() []uint16 { return []uint16{5060} }

// Payload is a question that names no place: the host in it is one for documentation
// (RFC 2606).
func (Probe) Payload() []byte { return []byte(newQuestion("UDP", "example.invalid").text) }

// Run speaks over the endpoint's transport without TLS.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result {
		if to.Transport == engine.UDP {
			return speakUDP(conn, to)
		}
		return speak(conn, newQuestion("TCP", to.HostPort()), to)
	})
}

// RunTLS speaks inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return probe.Visit(ctx, d, to, p.secure, func(conn net.Conn) probe.Result {
		return speak(conn, newQuestion("TLS", to.HostPort()), to)
	})
}

// question is an OPTIONS and the identity that its answer has to carry.
type question struct {
	call string
	text string
}

// newQuestion has what RFC 3261 section 8.1.1 asks of a request. The address to which
// an answer might be sent is none: it comes back the way the question went (rport,
// RFC 3581).
func newQuestion(transport, host string) question {
	call := rand.Text()
	return question{call: call, text: fmt.Sprintf("OPTIONS sip:%s SIP/2.0\r\n"+
		"Via: SIP/2.0/%s portolan.invalid;branch=z9hG4bK%s;rport\r\n"+
		"Max-Forwards: 70\r\n"+
		"From: <sip:probe@portolan.invalid>;tag=%s\r\n"+
		"To: <sip:%s>\r\n"+
		"Call-ID: %s\r\n"+
		"CSeq: 1 OPTIONS\r\n"+
		"Contact: <sip:probe@portolan.invalid>\r\n"+
		"Accept: application/sdp\r\n"+
		"User-Agent: Portolan\r\n"+
		"Content-Length: 0\r\n\r\n", host, transport, call[:16], call[16:], host, call)}
}

func speak(conn net.Conn, q question, to engine.Endpoint) probe.Result {
	if _, err := io.WriteString(conn, q.text); err != nil {
		return probe.Failed(fmt.Errorf("ask OPTIONS: %w", err))
	}
	return q.read(conn, conn, to)
}

func speakUDP(conn net.Conn, to engine.Endpoint) probe.Result {
	q := newQuestion("UDP", to.HostPort())
	answer, err := probe.Ask(conn, []byte(q.text), func(answer []byte) bool {
		_, err := q.parse(bytes.NewReader(answer))
		return err == nil
	})
	if err != nil {
		return probe.Failed(err)
	}
	return q.read(bytes.NewReader(answer), conn, to)
}

func (q question) read(from io.Reader, conn net.Conn, to engine.Endpoint) probe.Result {
	head, err := q.parse(from)
	if err != nil {
		return probe.Failed(err)
	}
	block := newBlock(head)
	r := probe.NewResponse(conn, to, "sip")
	r.Blocks["sip"] = block
	r.Tags = probe.Find(products(), block.Server)
	return probe.Found(r)
}

// parse reads the final answer to the question: it carries the question's Call-ID
// (RFC 3261 section 8.2.6.2), whose short form is "i".
func (q question) parse(from io.Reader) (web.Head, error) {
	const maxProvisional = 5
	r := bufio.NewReader(from)
	for range maxProvisional {
		head, err := web.ReadHead(r, version)
		if err != nil {
			return web.Head{}, fmt.Errorf("read the answer: %w", err)
		}
		if head.Header.Get("Call-Id") != q.call && head.Header.Get("I") != q.call {
			return web.Head{}, errors.New("an answer to another question")
		}
		if head.Status >= 200 {
			return head, nil
		}
	}
	return web.Head{}, errors.New("no final answer")
}

func newBlock(head web.Head) *Block {
	b := &Block{
		Banner: head.Raw, StatusCode: head.Status, StatusLine: head.Line, Server: web.Clip(head.Header.Get("Server"), 256),
		AuthRequired: head.Status == 401 || head.Status == 407,
	}
	if b.Server == "" {
		b.Server = web.Clip(head.Header.Get("User-Agent"), 256)
	}
	for method := range strings.SplitSeq(head.Header.Get("Allow"), ",") {
		if method = strings.TrimSpace(method); method != "" && len(b.Methods) < 20 {
			b.Methods = append(b.Methods, web.Clip(method, 32))
		}
	}
	return b
}

// products are compiled when the first server is met, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	const telephony = "VoIP"
	return []probe.Product{
		{Name: "asterisk", FullName: "Asterisk", Category: telephony, Vendor: "digium", CPE: "asterisk", Pattern: regexp.MustCompile(`^(?:Asterisk(?: PBX)?|FPBX-[\d.]+)(?:[ (]+(\d+(?:\.\d+)+))?`)},
		{Name: "kamailio", FullName: "Kamailio", Category: telephony, Vendor: "kamailio", CPE: "kamailio", Pattern: regexp.MustCompile(`(?i)^kamailio(?: \((\d+(?:\.\d+)+))?`)},
		{Name: "opensips", FullName: "OpenSIPS", Category: telephony, Vendor: "opensips", CPE: "opensips", Pattern: regexp.MustCompile(`(?i)^opensips(?: \((\d+(?:\.\d+)+))?`)},
		{Name: "freeswitch", FullName: "FreeSWITCH", Category: telephony, Vendor: "freeswitch", CPE: "freeswitch", Pattern: regexp.MustCompile(`^FreeSWITCH-mod_sofia/(\d+(?:\.\d+)+)`)},
		{Name: "3cx", FullName: "3CX", Category: telephony, Vendor: "3cx", CPE: "3cx", Pattern: regexp.MustCompile(`^3CXPhoneSystem (\d+(?:\.\d+)*)`)},
		{Name: "fritzbox", FullName: "FRITZ!Box", Category: telephony, Pattern: regexp.MustCompile(`FRITZ!(?:Box|OS)`)},
		{Name: "cisco-sipgateway", FullName: "Cisco SIP gateway", Category: telephony, Pattern: regexp.MustCompile(`^Cisco-SIPGateway/IOS-(\d[\w.()]*)`)},
	}
})
