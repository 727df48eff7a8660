// Package ssdp asks devices of Universal Plug and Play what they are (UPnP Device
// Architecture 2.0 section 1.3.2), in a question to them alone. One that answers strangers
// is an amplifier of attacks. Begin with [Probe].
//
// It fetches no description and controls nothing.
package ssdp

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"net/textproto"
	"regexp"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const search = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: upnp:rootdevice\r\n\r\n"

// Block is the member "ssdp" of a response.
type Block struct {
	Banner   string `json:"banner"` // the server's name
	Server   string `json:"server"` // "Linux/3.14 UPnP/1.0 MiniUPnPd/1.9"
	Location string `json:"location"`
	USN      string `json:"usn"` // unique name
	ST       string `json:"st"`  // what was found
}

// Probe speaks to devices.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "ssdp".
func (Probe) Name() string { return "ssdp" }

// Ports are none: the protocol lives on UDP.
func (Probe) Ports() []uint16 { return nil }

// UDPPorts is IANA's.
func (Probe) UDPPorts() []uint16 { return []uint16{1900} }

// Payload is the question itself.
func (Probe) Payload() []byte { return []byte(search) }

// Run asks once. Devices that answer from another port are not heard.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	var block *Block
	err := probe.ConverseUDP(ctx, d, to, func(conn net.Conn) error {
		_, err := probe.Ask(conn, []byte(search), func(data []byte) bool {
			block = ParseAnswer(data)
			return block != nil
		})
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "ssdp")
	r.Blocks["ssdp"] = block
	r.Tags = probe.Find(products(), block.Server)
	return probe.Found(r)
}

// products are compiled when the first device is met, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	const category = "Network devices"
	return []probe.Product{
		{Name: "miniupnpd", FullName: "MiniUPnPd", Category: category, Vendor: "miniupnp_project", CPE: "miniupnpd", Pattern: regexp.MustCompile(`(?i)\bMiniUPnPd/(\d+(?:\.\d+)*)`)},
		{Name: "libupnp", FullName: "Portable SDK for UPnP Devices", Category: category, Pattern: regexp.MustCompile(`Portable SDK for UPnP devices/(\d+(?:\.\d+)*)`)},
	}
})

// ParseAnswer reads an answer to a search; nil if it is none. What it has to say is said in
// the document: the search target, the unique name and the location.
func ParseAnswer(data []byte) *Block {
	head, rest, ok := bytes.Cut(data, []byte("\r\n"))
	if !ok || string(head) != "HTTP/1.1 200 OK" {
		return nil
	}
	fields, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(rest))).ReadMIMEHeader()
	if err != nil {
		return nil
	}
	text := func(name string) string { return strings.TrimSpace(probe.Text([]byte(fields.Get(name)))) }
	b := &Block{Server: text("Server"), Location: text("Location"), USN: text("USN"), ST: text("ST"), Banner: text("Server")}
	if b.ST == "" || !strings.HasPrefix(b.USN, "uuid:") {
		return nil
	}
	return b
}
