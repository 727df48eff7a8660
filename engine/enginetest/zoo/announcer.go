package zoo

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// announcerSpecies are devices that tell their neighbours what they are, and gateways.
func announcerSpecies() []Species {
	udp := func(name, base string, port uint16, answer func(request []byte) []byte) Species {
		return Species{Name: name, Base: base, Protocol: base, Port: port, Answer: datagrams(answer)}
	}
	router := udp("ssdp", "ssdp", 1900, ssdpRouter)
	router.Product, router.Version = "miniupnpd", "2.3.3"
	return []Species{
		udp("mdns", "mdns", 5353, func(m []byte) []byte { return resolve(m, mdnsResponder) }), router,
		udp("coap", "coap", 5683, coapDevice), udp("ike", "ike", 500, ikeGateway(1, 2)), udp("ike-2", "ike", 500, ikeGateway(2)),
		udp("tftp", "tftp", 69, tftpServer),
	}
}

// tftpServer has no file and answers from its own port, as dnsmasq can be told to; others
// choose one for each answer (RFC 1350 section 4).
func tftpServer(m []byte) []byte {
	if len(m) < 4 || m[0] != 0 || m[1] != 1 && m[1] != 2 || m[len(m)-1] != 0 {
		return nil
	}
	return []byte("\x00\x05\x00\x01file not found\x00")
}

// mdnsResponder answers ordinary resolvers (RFC 6762 section 6.7) about a printer; about
// what it does not know it says nothing.
func mdnsResponder(q *dns.Msg) *dns.Msg {
	question := q.Question[0]
	to, ok := map[string]string{"_services._dns-sd._udp.local.": "_ipp._tcp.local.", "_ipp._tcp.local.": "Printer._ipp._tcp.local."}[question.Name]
	if !ok || question.Qtype != dns.TypePTR {
		return nil
	}
	m := (&dns.Msg{}).SetReply(q)
	m.Authoritative = true
	m.Answer = []dns.RR{&dns.PTR{Hdr: dns.RR_Header{Name: question.Name, Rrtype: dns.TypePTR, Class: dns.ClassINET, Ttl: 10}, Ptr: to}}
	return m
}

// ssdpRouter answers searches for root devices and for all (UPnP Device Architecture 2.0
// section 1.3.3).
func ssdpRouter(m []byte) []byte {
	request := string(m)
	if !strings.HasPrefix(request, "M-SEARCH * HTTP/1.1\r\n") || !strings.Contains(request, "\"ssdp:discover\"") {
		return nil
	}
	return []byte("HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: upnp:rootdevice\r\nUSN: uuid:8d5a6f4e-0000-1000-8000-0011223344ff::upnp:rootdevice\r\n" +
		"EXT:\r\nSERVER: OpenWrt/23.05 UPnP/1.1 MiniUPnPd/2.3.3\r\nLOCATION: http://192.0.2.1:5000/rootDesc.xml\r\n\r\n")
}

// coapDevice answers confirmable requests (RFC 7252); there is a list and nothing else.
func coapDevice(m []byte) []byte {
	if len(m) < 4 || m[0]>>4 != 4 || int(m[0]&0xf) > len(m)-4 {
		return nil
	}
	token := m[4 : 4+m[0]&0xf]
	head := func(code byte) []byte { return slices.Concat([]byte{0x60 | byte(len(token)), code}, m[2:4], token) }
	if m[1] != 1 || !strings.HasSuffix(string(m), "\xbb.well-known\x04core") {
		return head(0x84) // 4.04
	}
	return slices.Concat(head(0x45), []byte{0xc1, 40, 0xff}, []byte(`</light>;rt="light";if="core.a"`))
}

// ikeGateway refuses every offer in the versions it speaks, and says which it does in one
// it does not (RFC 7296 section 2.5).
func ikeGateway(versions ...int) func([]byte) []byte {
	return func(m []byte) []byte {
		if len(m) < 28 || int(binary.BigEndian.Uint32(m[24:])) != len(m) || binary.BigEndian.Uint64(m[8:]) != 0 {
			return nil
		}
		message := func(next, version, exchange, flags byte, body []byte) []byte {
			return slices.Concat(m[:8], []byte("gateway!"), []byte{next, version, exchange, flags}, make([]byte, 4), be32(uint32(28+len(body))), body)
		}
		switch version := int(m[17] >> 4); {
		case !slices.Contains(versions, version):
			return message(41, 0x20, 37, 0x20, []byte{0, 0, 0, 8, 0, 0, 0, 5})
		case version == 1:
			return message(11, 0x10, 5, 0, []byte{0, 0, 0, 12, 0, 0, 0, 1, 1, 0, 0, 14})
		}
		return message(41, 0x20, 34, 0x20, []byte{0, 0, 0, 8, 0, 0, 0, 14})
	}
}
