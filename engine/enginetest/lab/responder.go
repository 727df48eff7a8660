package lab

import (
	"encoding/binary"
	"hash/maphash"
	"net/netip"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
)

// responder turns what a simulated network says into packets. It keeps no
// connections: the sequence number of a SYN-ACK is a hash of its addresses, and
// whatever comes later is answered from what it says itself.
//
//	SYN             → SYN-ACK, RST, ICMP or nothing, as the network says
//	data            → ACK
//	FIN             → RST, so that the scanner's kernel forgets the connection
//	ACK, RST alone  → nothing; an open port stays silent
//
// It does not retransmit a SYN-ACK, so that what is lost is lost.
type responder struct {
	network *wiretest.Network
	prefix  netip.Prefix
	start   time.Time
	seed    maphash.Seed
	wheel   wheel

	received, sent uint64
}

func newResponder(n Network) *responder {
	return &responder{
		network: wiretest.NewNetwork(1, remembered(n)), prefix: n.Prefix, start: time.Now(), seed: maphash.MakeSeed(),
	}
}

// remembered asks once who is at each address, since every packet asks again.
func remembered(n Network) func(netip.Addr) wiretest.Host {
	var hosts []wiretest.Host
	for addr := range n.Addrs() {
		hosts = append(hosts, n.Host(addr))
	}
	first := number(n.Prefix.Addr())
	return func(addr netip.Addr) wiretest.Host { return hosts[number(addr)-first] }
}

func number(addr netip.Addr) uint32 {
	b := addr.As4()
	return binary.BigEndian.Uint32(b[:])
}

// clock is in nanoseconds from the start.
func (r *responder) clock() int64 { return int64(time.Since(r.start)) }

// receive takes a packet from the scanner in.
func (r *responder) receive(now int64, packet []byte) {
	s, ok := parseSegment(packet)
	if !ok || !r.prefix.Contains(s.place.Addr()) {
		return
	}
	r.received++
	switch {
	case s.flags&flagRST != 0:
	case s.flags&flagSYN != 0:
		r.answer(now, s)
	case s.flags&flagFIN != 0:
		r.later(now, s).tcp(s, flagRST|flagACK, s.ack, s.seq+s.length+1)
	case s.length > 0:
		r.later(now, s).tcp(s, flagACK, s.ack, s.seq+s.length)
	}
}

func (r *responder) answer(now int64, s segment) {
	for _, said := range r.network.SYN(r.start.Add(time.Duration(now)), s.place) {
		back := r.wheel.add(now + int64(said.After))
		switch said.Kind {
		case wire.Open:
			back.tcp(s, flagSYN|flagACK, r.sequence(s), s.seq+1)
		case wire.Closed:
			back.tcp(s, flagRST|flagACK, 0, s.seq+1)
		default:
			back.prohibited(s, routerAddr.Addr().As4())
		}
	}
}

// later is a reply one round trip from now.
func (r *responder) later(now int64, s segment) *reply {
	return r.wheel.add(now + int64(r.network.Host(s.place.Addr()).RTT))
}

// sequence is where the sequence numbers of a connection begin.
func (r *responder) sequence(s segment) uint32 {
	return uint32(maphash.Comparable(r.seed, [2]netip.AddrPort{s.place, netip.AddrPortFrom(netip.AddrFrom4(s.from), s.port)}))
}
