package mdns_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/mdns"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// responder announces a printer and a shell.
func responder(t *testing.T, change func(*dns.Msg)) func([]byte) []byte {
	t.Helper()
	pointers := map[string][]string{
		"_services._dns-sd._udp.local.": {"_ipp._tcp.local.", "_ssh._tcp.local."},
		"_ipp._tcp.local.":              {"Printer._ipp._tcp.local."}, "_ssh._tcp.local.": {"box._ssh._tcp.local."},
	}
	return func(question []byte) []byte {
		q := &dns.Msg{}
		if err := q.Unpack(question); err != nil {
			return nil
		}
		m := (&dns.Msg{}).SetReply(q)
		m.Authoritative = true
		for _, to := range pointers[q.Question[0].Name] {
			m.Answer = append(m.Answer, &dns.PTR{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypePTR, Class: dns.ClassINET, Ttl: 10}, Ptr: to})
		}
		change(m)
		packed, err := m.Pack()
		if err != nil {
			t.Error(err)
		}
		return packed
	}
}

func TestProbe(t *testing.T) {
	peer := probetest.Responds(responder(t, func(*dns.Msg) {}))
	probetest.Run(t, mdns.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: peer, Base: "mdns", Protocol: "mdns", Check: func(t *testing.T, rs []engine.Response) {
		b := probetest.Block[*mdns.Block](t, rs[0], "mdns")
		if !slices.Equal(b.Services, []string{"_ipp._tcp.local", "_ssh._tcp.local"}) || !slices.Equal(b.Instances, []string{"Printer._ipp._tcp.local", "box._ssh._tcp.local"}) {
			t.Errorf("%+v", b)
		}
	}})
}

// TestAvahi reads what was recorded of Avahi.
func TestAvahi(t *testing.T) {
	data := probetest.Recorded(t, "avahi.bin")
	list, fits := mdns.ParseAnswer(data, binary.BigEndian.Uint16(data), "_services._dns-sd._udp.local.")
	if !fits || !slices.Equal(list, []string{"_workstation._tcp.local"}) {
		t.Errorf("%t %q", fits, list)
	}
}

func TestOthers(t *testing.T) {
	for name, change := range map[string]func(*dns.Msg){
		"a name server":      func(m *dns.Msg) { m.Answer, m.Authoritative = nil, false },
		"an authority of it": func(m *dns.Msg) { m.Answer = nil },
		"another question":   func(m *dns.Msg) { m.Id++ },
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, mdns.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: probetest.Responds(responder(t, change))})
		})
	}
}

func FuzzParseAnswer(f *testing.F) {
	m := (&dns.Msg{}).SetQuestion("_services._dns-sd._udp.local.", dns.TypePTR)
	m.Id, m.Response, m.Authoritative = 1, true, true
	m.Answer = []dns.RR{&dns.PTR{Hdr: dns.RR_Header{Name: "_services._dns-sd._udp.local.", Rrtype: dns.TypePTR, Class: dns.ClassINET}, Ptr: "_ipp._tcp.local."}}
	packed, err := m.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Add(probetest.Recorded(f, "avahi.bin"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if list, fits := mdns.ParseAnswer(data, 1, "_services._dns-sd._udp.local."); fits && len(list) == 0 {
			t.Error("it fits and says nothing")
		}
	})
}
