// Package fox greets controllers of buildings that speak Fox, the protocol of Tridium's
// Niagara, to learn what they say of themselves before anybody has logged in. Begin with
// [New].
//
// It logs in nowhere. There is no public document of the protocol; what is here is what
// stations say and what Wireshark's users have written down.
package fox

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	hello    = "fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n"
	answer   = "fox a 0 -1 fox hello"
	maxHello = 8 << 10
)

// Block is the member "fox" of a response.
type Block struct {
	Banner      string `json:"banner"`  // the station's software and version
	Version     string `json:"version"` // of the protocol
	HostName    string `json:"host_name,omitempty"`
	HostAddress string `json:"host_address,omitempty"`
	App         string `json:"app_name,omitempty"`
	AppVersion  string `json:"app_version,omitempty"`
	VM          string `json:"vm_name,omitempty"`
	VMVersion   string `json:"vm_version,omitempty"`
	OS          string `json:"os_name,omitempty"`
	OSVersion   string `json:"os_version,omitempty"`
	Station     string `json:"station_name,omitempty"`
	Language    string `json:"language,omitempty"`
	TimeZone    string `json:"time_zone,omitempty"`
	HostID      string `json:"host_id,omitempty"`
	Brand       string `json:"brand_id,omitempty"`
}

// Probe speaks to stations.
type Probe struct{ secure probe.Handshake }

var _ probe.Inner = Probe{}

// New makes the probe. secure opens connections that speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure} }

// Name is "fox".
func (Probe) Name() string { return "fox" }

// Ports are Niagara's, without and with TLS.
func (Probe) Ports() []uint16 { return []uint16{1911, 4911} }

// Run greets in clear.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	if to.Transport != engine.TCP {
		return probe.Failed(probe.ErrTransport)
	}
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result { return speak(conn, to) })
}

// RunTLS is Run inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return probe.Visit(ctx, d, to, p.secure, func(conn net.Conn) probe.Result { return speak(conn, to) })
}

func speak(conn net.Conn, to engine.Endpoint) probe.Result {
	if _, err := io.WriteString(conn, hello); err != nil {
		return probe.Failed(fmt.Errorf("greet: %w", err))
	}
	block, err := ReadHello(conn)
	if err != nil {
		return probe.Failed(fmt.Errorf("read the greeting: %w", err))
	}
	r := probe.NewResponse(conn, to, "fox")
	r.Blocks["fox"] = block
	if block.App != "" {
		niagara := probe.Product{Name: "niagara", FullName: "Tridium Niagara", Category: "Industrial control", Vendor: "tridium", CPE: "niagara"}
		r.Tags = append(r.Tags, niagara.Tag(block.AppVersion))
	}
	return probe.Found(r)
}

var errNotFox = errors.New("not a station of Niagara")

// ReadHello reads a station's greeting: a line, and "name=type:value" in braces.
func ReadHello(r io.Reader) (*Block, error) {
	lines := bufio.NewScanner(io.LimitReader(r, maxHello))
	if !lines.Scan() || lines.Text() != answer {
		return nil, errors.Join(errNotFox, lines.Err())
	}
	b := &Block{}
	names := map[string]*string{
		"fox.version": &b.Version, "hostName": &b.HostName, "hostAddress": &b.HostAddress, "app.name": &b.App, "app.version": &b.AppVersion,
		"vm.name": &b.VM, "vm.version": &b.VMVersion, "os.name": &b.OS, "os.version": &b.OSVersion, "station.name": &b.Station,
		"lang": &b.Language, "timeZone": &b.TimeZone, "hostId": &b.HostID, "brandId": &b.Brand,
	}
	for lines.Scan() && lines.Text() != "};;" {
		name, typed, _ := strings.Cut(lines.Text(), "=")
		_, value, _ := strings.Cut(typed, ":")
		if text := names[name]; text != nil {
			*text = probe.Text([]byte(value))
		}
	}
	if b.Version == "" {
		return nil, errors.Join(errNotFox, lines.Err(), io.ErrUnexpectedEOF)
	}
	b.Banner = strings.TrimSpace(b.App + " " + b.AppVersion)
	return b, nil
}
