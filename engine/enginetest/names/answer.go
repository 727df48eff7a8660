package names

import (
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// find gives the records of a kind that the zone has for a name, or the alias in their
// place; exists tells whether the name is there at all.
func (z *keptZone) find(name string, kind uint16) (set []dns.RR, exists bool) {
	owner := name
	if !z.has(name) {
		if owner = "*." + above(name); z.records[owner] == nil {
			return nil, false
		}
	}
	for _, rr := range z.records[owner] {
		if got := rr.Header().Rrtype; got == kind || got == dns.TypeCNAME {
			copied := dns.Copy(rr)
			copied.Header().Name = name
			set = append(set, copied)
		}
	}
	return set, true
}

// has tells whether a name is there, be it only because others are below it.
func (z *keptZone) has(name string) bool {
	for owner := range z.records {
		if owner == name || strings.HasSuffix(owner, "."+name) {
			return true
		}
	}
	return false
}

// answer puts into a reply what one zone says, and gives the alias that is to be
// followed.
func (z *keptZone) answer(reply *dns.Msg, name string, kind uint16, isSigned bool) (alias string) {
	set, exists := z.find(name, kind)
	if !exists {
		reply.Rcode = dns.RcodeNameError
		return ""
	}
	reply.Answer = append(reply.Answer, set...)
	if isSigned && z.Denial != noDenial && len(set) == 0 {
		reply.Ns = append(reply.Ns, z.proof(name, kind)...)
	}
	if isSigned && z.key != nil && len(set) > 0 {
		if sig, err := z.sign(set); err == nil {
			reply.Answer = append(reply.Answer, sig)
		}
	}
	if len(set) > 0 && kind != dns.TypeCNAME {
		if cname, ok := set[0].(*dns.CNAME); ok {
			return dns.CanonicalName(cname.Target)
		}
	}
	return ""
}

// proof is an NSEC record and its signature.
func (z *keptZone) proof(name string, kind uint16) []dns.RR {
	nsec := &dns.NSEC{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeNSEC, Class: dns.ClassINET, Ttl: 300}, NextDomain: "\\000." + name, TypeBitMap: []uint16{dns.TypeRRSIG, dns.TypeNSEC}}
	for _, rr := range z.records[name] {
		nsec.TypeBitMap = append(nsec.TypeBitMap, rr.Header().Rrtype)
	}
	if z.Denial == lyingDenial {
		nsec.TypeBitMap = append(nsec.TypeBitMap, kind)
	}
	slices.Sort(nsec.TypeBitMap)
	nsec.TypeBitMap = slices.Compact(nsec.TypeBitMap)
	signing := *z
	signing.Expired = z.Denial == expiredDenial
	sig, err := signing.sign([]dns.RR{nsec})
	if err != nil {
		return nil
	}
	return []dns.RR{nsec, sig}
}

// resolve answers as a resolver does: from all zones, along aliases.
func (w *world) resolve(conn dns.ResponseWriter, ask *dns.Msg) {
	reply := new(dns.Msg).SetReply(ask)
	reply.RecursionAvailable = true
	name, kind := dns.CanonicalName(ask.Question[0].Name), ask.Question[0].Qtype
	for range 8 {
		zone := w.zoneFor(name, kind)
		if zone.Broken {
			reply.Rcode, reply.Answer = dns.RcodeServerFailure, nil
			break
		}
		if name = zone.answer(reply, name, kind, wantsSignatures(ask)); name == "" {
			break
		}
	}
	write(conn, ask, reply)
}

// zoneFor gives the zone that answers; of DS it is the parent (RFC 4035 section 3.1.4.1).
func (w *world) zoneFor(name string, kind uint16) *keptZone {
	if kind == dns.TypeDS && name != "." {
		return w.zoneOf(above(name))
	}
	return w.zoneOf(name)
}

// server answers as a host does that holds the zones which name it.
func (w *world) server(host string) dns.HandlerFunc {
	own := host + ".servers.lab."
	return func(conn dns.ResponseWriter, ask *dns.Msg) {
		reply := new(dns.Msg).SetReply(ask)
		name, kind := dns.CanonicalName(ask.Question[0].Name), ask.Question[0].Qtype
		zone := w.zoneFor(name, kind)
		switch {
		case host == hostMute:
			return
		case host == hostLame || !zone.isAt(own):
			reply.Rcode = dns.RcodeRefused
		case kind == dns.TypeAXFR && (host != hostOpen || name != zone.Name):
			reply.Rcode = dns.RcodeRefused
		case kind == dns.TypeAXFR:
			reply.Answer = zone.all()
		default:
			reply.Authoritative = true
			zone.answer(reply, name, kind, wantsSignatures(ask))
		}
		write(conn, ask, reply)
	}
}

func (z *keptZone) isAt(host string) bool {
	for _, rr := range z.records[z.Name] {
		if ns, ok := rr.(*dns.NS); ok && dns.CanonicalName(ns.Ns) == host {
			return true
		}
	}
	return false
}

// all is the zone as it is transferred: its SOA first and last.
func (z *keptZone) all() []dns.RR {
	var all []dns.RR
	for _, set := range z.records {
		all = append(all, set...)
	}
	soa := z.records[z.Name][0]
	return append(append([]dns.RR{soa}, all...), soa)
}

func wantsSignatures(ask *dns.Msg) bool {
	options := ask.IsEdns0()
	return options != nil && options.Do()
}

// write sends a reply, cut where it does not fit into a datagram.
func write(conn dns.ResponseWriter, ask, reply *dns.Msg) {
	size := dns.MinMsgSize
	if options := ask.IsEdns0(); options != nil {
		size = int(options.UDPSize())
		reply.SetEdns0(options.UDPSize(), options.Do())
	}
	if conn.RemoteAddr().Network() == "udp" {
		reply.Truncate(size)
	}
	_ = conn.WriteMsg(reply) // the client may have left
}
