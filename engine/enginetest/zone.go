package enginetest

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// TextServer starts a name server that has TXT records and nothing else: texts gives those
// of a name, which is written in small letters and without its last dot. It ends with the
// test.
func TextServer(t testing.TB, texts func(name string) []string) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	answer := func(w dns.ResponseWriter, ask *dns.Msg) {
		reply := new(dns.Msg).SetReply(ask)
		question := ask.Question[0]
		if question.Qtype == dns.TypeTXT {
			for _, text := range texts(strings.TrimSuffix(strings.ToLower(question.Name), ".")) {
				header := dns.RR_Header{Name: question.Name, Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: 60}
				reply.Answer = append(reply.Answer, &dns.TXT{Hdr: header, Txt: []string{text}})
			}
		}
		_ = w.WriteMsg(reply) // who has asked is gone, or asks again
	}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(answer)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.ActivateAndServe() // it ends when its connection is closed
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-ended
	})
	return netip.MustParseAddrPort(conn.LocalAddr().String())
}
