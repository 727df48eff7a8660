package zoo

import (
	"encoding/binary"
	"net"

	"github.com/miekg/dns"
)

// nameServerSpecies are name servers: a resolver for everybody and one that serves its own
// zone, on both transports.
func nameServerSpecies() []Species {
	server := func(name, product, version string, answer func(q *dns.Msg) *dns.Msg) []Species {
		return []Species{
			{Name: name, Base: "dns", Protocol: "dns_tcp", Product: product, Version: version, Port: 53, Serve: messages(2, func(head []byte) int {
				return 2 + int(binary.BigEndian.Uint16(head))
			}, func(m []byte) []byte {
				reply := resolve(m[2:], answer)
				if reply == nil {
					return nil
				}
				return append(be16(len(reply)), reply...)
			})},
			{Name: name + "-udp", Base: "dns", Protocol: "dns_udp", Product: product, Version: version, Port: 53, Answer: datagrams(func(m []byte) []byte { return resolve(m, answer) })},
		}
	}
	return append(server("dns-resolver", "unbound", "1.17.1", openResolver), server("dns-authority", "", "", authority)...)
}

// resolve unpacks a query and packs its answer; what is no query gets none, and
// answer may give none.
func resolve(data []byte, answer func(q *dns.Msg) *dns.Msg) []byte {
	q := &dns.Msg{}
	if err := q.Unpack(data); err != nil || q.Response || len(q.Question) != 1 {
		return nil
	}
	m := answer(q)
	if m == nil {
		return nil
	}
	reply, err := m.Pack()
	if err != nil {
		return nil
	}
	return reply
}

func openResolver(q *dns.Msg) *dns.Msg {
	m := (&dns.Msg{}).SetReply(q)
	m.RecursionAvailable = true
	question := q.Question[0]
	head := dns.RR_Header{Name: question.Name, Rrtype: question.Qtype, Class: question.Qclass, Ttl: 300}
	switch {
	case question.Name == "version.bind." && question.Qclass == dns.ClassCHAOS:
		m.Answer = []dns.RR{&dns.TXT{Hdr: head, Txt: []string{"unbound 1.17.1"}}}
	case question.Qtype == dns.TypeA:
		m.Answer = []dns.RR{&dns.A{Hdr: head, A: net.IPv4(192, 0, 2, 80)}}
	}
	return m
}

// authority refuses what is not its own.
func authority(q *dns.Msg) *dns.Msg {
	return (&dns.Msg{}).SetRcode(q, dns.RcodeRefused)
}
