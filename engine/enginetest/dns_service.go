package enginetest

import (
	"fmt"
	"net"
	"sync"

	"github.com/miekg/dns"
)

// dnsResolver is a resolver open to everybody that tells its version.
func dnsResolver(s *Service) error {
	s.Name, s.Flaws = "dns", []string{"dns.open-resolver", "dns.version-disclosure"}
	packets, err := net.ListenPacket("udp", s.listener.Addr().String())
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	started := sync.WaitGroup{}
	overTCP := &dns.Server{Listener: s.listener, Handler: dns.HandlerFunc(resolve)}
	overUDP := &dns.Server{PacketConn: packets, Handler: dns.HandlerFunc(resolve)}
	for _, server := range []*dns.Server{overTCP, overUDP} {
		started.Add(1)
		server.NotifyStartedFunc = started.Done
		s.running.Go(func() { _ = server.ActivateAndServe() }) // returns when the server is shut down
	}
	started.Wait()
	s.close = func() error {
		if err := overTCP.Shutdown(); err != nil {
			return err
		}
		return overUDP.Shutdown()
	}
	return nil
}

func resolve(w dns.ResponseWriter, question *dns.Msg) {
	reply := new(dns.Msg).SetReply(question)
	reply.RecursionAvailable = true
	if len(question.Question) == 1 {
		reply.Answer = answersTo(question.Question[0])
	}
	_ = w.WriteMsg(reply) // the client may have left
}

func answersTo(q dns.Question) []dns.RR {
	header := dns.RR_Header{Name: q.Name, Rrtype: q.Qtype, Class: q.Qclass, Ttl: 60}
	switch {
	case q.Qclass == dns.ClassCHAOS && q.Qtype == dns.TypeTXT && q.Name == "version.bind.":
		return []dns.RR{&dns.TXT{Hdr: header, Txt: []string{"9.11.4-P2-RedHat-9.11.4"}}}
	case q.Qclass == dns.ClassINET && q.Qtype == dns.TypeA:
		return []dns.RR{&dns.A{Hdr: header, A: net.IPv4(192, 0, 2, 1)}}
	case q.Qclass == dns.ClassINET && q.Qtype == dns.TypeNS:
		return []dns.RR{&dns.NS{Hdr: header, Ns: "ns.example."}}
	}
	return nil
}
