package scanner_test

import (
	"fmt"
	"net"
	"slices"
	"testing"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// knows is a probe of datagrams that knows one more port.
type knows struct {
	probe.Datagram
	port uint16
}

func (k knows) UDPPorts() []uint16 { return []uint16{k.port} }

// TestDatagrams finds a name server that has only UDP, among ports that have nothing.
func TestDatagrams(t *testing.T) {
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{PacketConn: packets, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, question *dns.Msg) {
		_ = w.WriteMsg(new(dns.Msg).SetRcode(question, dns.RcodeRefused)) // the client may have left
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.ActivateAndServe() // ends with its socket
	}()
	t.Cleanup(func() {
		_ = packets.Close()
		<-done
	})
	port := portOf(packets.LocalAddr())
	probes := all.Probes()
	for i, p := range probes {
		if d, ok := p.(probe.Datagram); ok && p.Name() == "dns" {
			probes[i] = knows{d, uint16(port)}
		}
	}
	found := run(t, scanner.Config{Probes: probes}, task(engine.Ports(fmt.Sprintf("%d/udp,1-3/udp", port)), "127.0.0.1"))
	if want := []string{fmt.Sprintf("dns_udp://127.0.0.1:%d", port)}; !slices.Equal(found.uris(), want) || len(found.open) != 1 || found.open[0].Transport != engine.UDP {
		t.Errorf("%v, want %v; open %v", found.uris(), want, found.open)
	}
}
