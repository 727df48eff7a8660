package lab

import (
	"net/netip"
	"time"
)

// Responder answers packets, for tests of what it says.
type Responder struct{ r *responder }

// NewResponder makes one.
func NewResponder(n Network) Responder { return Responder{newResponder(n)} }

// Receive takes a packet in at a time and tells what has been sent until another.
func (r Responder) Receive(at, until time.Duration, packet []byte) (sent [][]byte) {
	r.r.receive(int64(at), packet)
	r.r.wheel.take(int64(until), func(back *reply) { sent = append(sent, append([]byte(nil), back.packet()...)) })
	return sent
}

// Segment makes a TCP segment from the scanner.
func Segment(to netip.AddrPort, flags byte, data int) []byte {
	s := segment{from: to.Addr().As4(), to: scannerAddr.Addr().As4(), place: netip.AddrPortFrom(scannerAddr.Addr(), 40000), port: to.Port()}
	var r reply
	r.tcp(s, flags&^flagSYN, 1000, 2000)
	p := append(r.packet(), make([]byte, data)...)
	p[ipHeader+13] = flags
	p[3] = byte(len(p))
	return p
}

// Wheel keeps replies until they are due.
type Wheel struct{ w wheel }

// Add puts a reply in.
func (w *Wheel) Add(due time.Duration) { w.w.add(int64(due)) }

// Take tells how many are due.
func (w *Wheel) Take(now time.Duration) (n int) {
	w.w.take(int64(now), func(*reply) { n++ })
	return n
}

// Next is when the next one is due.
func (w *Wheel) Next() (time.Duration, bool) {
	due, ok := w.w.next()
	return time.Duration(due), ok
}

// The flags of TCP.
const (
	FIN = flagFIN
	SYN = flagSYN
	RST = flagRST
	ACK = flagACK
)
