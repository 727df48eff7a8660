// Package telnet listens to Telnet servers up to their prompt for a login: what
// they negotiate and what they show. Begin with [New].
//
// It refuses every option, types nothing and never logs in. A banner alone is not
// Telnet, whatever the port: the server must negotiate, or ask for a login.
package telnet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// maxScreen is how much is read: a login screen of some dozens of lines, four
	// times over for servers that paint it.
	maxScreen = 16 << 10
	// pause is the silence after which nothing more is expected: a server that looks
	// up who calls before it asks does so within a round trip round the world (300 ms).
	pause = 700 * time.Millisecond
)

// Block is the member "telnet" of a response.
type Block struct {
	Banner      string   `json:"banner"` // what is shown, without the negotiation
	Will        []string `json:"will"`   // options the server offers: "ECHO"
	Do          []string `json:"do"`     // options the server asks us for
	Wont        []string `json:"wont"`
	Dont        []string `json:"dont"`
	LoginPrompt bool     `json:"login_prompt"` // asks for a name or a password
}

// Probe listens to Telnet servers.
type Probe struct {
	secure probe.Handshake
}

var (
	_ probe.Inner   = Probe{}
	_ probe.Greeter = Probe{}
)

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "telnet".
func (Probe) Name() string { return "telnet" }

// Ports are the usual ones; 992 has Telnet inside TLS.
func (Probe) Ports() []uint16 { return []uint16{23, 2323, 992, 2001, 4000} }

// Greets finds a negotiation or a prompt.
func (Probe) Greets(greeting []byte) bool {
	var s screen
	s.take(greeting)
	return s.isTelnet()
}

// Run listens in the clear.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return probe.Failed(fmt.Errorf("connect: %w", err))
	}
	defer func() { _ = conn.Close() }()
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return listen(conn, to)
}

// RunTLS listens inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	session, err := p.secure(ctx, d, to)
	if err != nil {
		return probe.Failed(err)
	}
	defer func() { _ = session.Close() }()
	return listen(session, to)
}

var errNotTelnet = errors.New("neither negotiates nor asks for a login")

// listen ends with the prompt, or with silence after something was shown.
func listen(conn net.Conn, to engine.Endpoint) probe.Result {
	var s screen
	buffer := make([]byte, 4096)
	for s.size < maxScreen && !s.hasPrompt() {
		n, err := conn.Read(buffer)
		if n == 0 && s.size == 0 {
			return probe.Failed(fmt.Errorf("read screen: %w", err))
		}
		refusals := s.take(buffer[:n])
		if err != nil || refuse(conn, refusals) != nil {
			break // what was shown counts, whatever ends it
		}
	}
	if !s.isTelnet() {
		return probe.Failed(errNotTelnet)
	}
	r := probe.NewResponse(conn, to, "telnet")
	r.Blocks["telnet"] = s.block()
	r.Tags = probe.Find(products(), probe.Text(s.shown))
	return probe.Found(r)
}

func refuse(conn net.Conn, refusals []byte) error {
	if len(refusals) > 0 {
		if _, err := conn.Write(refusals); err != nil {
			return err
		}
	}
	return conn.SetReadDeadline(time.Now().Add(pause))
}

// products are compiled when the first server is met, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	return []probe.Product{
		{Name: "mikrotik", FullName: "MikroTik RouterOS", Category: "Network devices", Vendor: "mikrotik", CPE: "routeros", Part: cpe.OperatingSystem, Pattern: regexp.MustCompile(`\bMikroTik v?(\d+(?:\.\d+)+)`)},
		{Name: "cisco-ios", FullName: "Cisco IOS", Category: "Network devices", Vendor: "cisco", CPE: "ios", Part: cpe.OperatingSystem, Pattern: regexp.MustCompile(`(?s)^\s*User Access Verification\s`)},
		{Name: "busybox", FullName: "BusyBox", Category: "Operating systems", Vendor: "busybox", CPE: "busybox", Pattern: regexp.MustCompile(`\bBusyBox v(\d+\.\d+\.\d+)`)},
	}
})
