package lab_test

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/lab"
)

func at(last byte, port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 99, 0, last}), port)
}

func TestResponder(t *testing.T) {
	tests := []struct {
		name  string
		to    netip.AddrPort
		flags byte
		data  int
		want  byte // flags of the answer, or 0 for none
		ack   uint32
	}{
		{"open", at(0, 80), lab.SYN, 0, lab.SYN | lab.ACK, 1001},
		{"closed", at(0, 81), lab.SYN, 0, lab.RST | lab.ACK, 1001},
		{"silent", at(1, 81), lab.SYN, 0, 0, 0},
		{"dead", at(3, 22), lab.SYN, 0, 0, 0},
		{"established", at(0, 80), lab.ACK, 0, 0, 0},
		{"data", at(0, 80), lab.ACK, 5, lab.ACK, 1005},
		{"hung up", at(0, 80), lab.FIN | lab.ACK, 0, lab.RST | lab.ACK, 1001},
		{"aborted", at(0, 80), lab.RST, 0, 0, 0},
		{"elsewhere", at(200, 80), lab.SYN, 0, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sent := lab.NewResponder(small(false)).Receive(0, 10*time.Millisecond, lab.Segment(tt.to, tt.flags, tt.data))
			if tt.want == 0 {
				if len(sent) != 0 {
					t.Errorf("sent %x", sent)
				}
				return
			}
			if len(sent) != 1 {
				t.Fatalf("sent %d packets", len(sent))
			}
			tcp := checked(t, sent[0])
			if flags, ack := tcp[13], binary.BigEndian.Uint32(tcp[8:]); flags != tt.want || ack != tt.ack {
				t.Errorf("flags %02x and ack %d, want %02x and %d", flags, ack, tt.want, tt.ack)
			}
		})
	}
}

// checked verifies both checksums of a packet and gives the TCP part.
func checked(t *testing.T, p []byte) []byte {
	t.Helper()
	if sum(p[:20]) != 0xffff {
		t.Errorf("the header's checksum is wrong: %x", p[:20])
	}
	pseudo := append(append([]byte{}, p[12:20]...), 0, 6, 0, byte(len(p)-20))
	if sum(append(pseudo, p[20:]...)) != 0xffff {
		t.Errorf("TCP's checksum is wrong: %x", p)
	}
	return p[20:]
}

func sum(b []byte) (s uint32) {
	for i := 0; i+1 < len(b); i += 2 {
		s += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for s>>16 != 0 {
		s = s&0xffff + s>>16
	}
	return s
}

func TestUnreachable(t *testing.T) {
	question := lab.Segment(at(4, 80), lab.SYN, 0)
	sent := lab.NewResponder(small(false)).Receive(0, 10*time.Millisecond, question)
	if len(sent) != 1 || sent[0][9] != 1 || sent[0][20] != 3 || sum(sent[0][20:]) != 0xffff {
		t.Fatalf("sent %x, want a destination unreachable", sent)
	}
	if about := sent[0][28:]; string(about) != string(question[:28]) {
		t.Errorf("it is about %x, not about %x", about, question[:28])
	}
}

func TestRoundTrip(t *testing.T) {
	r := lab.NewResponder(small(false))
	if sent := r.Receive(time.Millisecond, 5*time.Millisecond, lab.Segment(at(0, 80), lab.SYN, 0)); len(sent) != 0 {
		t.Error("answered before the round trip of 5 ms")
	}
	if sent := r.Receive(time.Millisecond, 6*time.Millisecond, nil); len(sent) != 1 {
		t.Error("did not answer after the round trip")
	}
}

func TestWheel(t *testing.T) {
	w := &lab.Wheel{}
	if _, ok := w.Next(); ok {
		t.Error("something is due of nothing")
	}
	for _, due := range []time.Duration{3 * time.Second, 5 * time.Millisecond, 0, 900 * time.Millisecond} {
		w.Add(due)
	}
	for _, step := range []struct {
		now  time.Duration
		want int
	}{{0, 1}, {4 * time.Millisecond, 0}, {5 * time.Millisecond, 1}, {899 * time.Millisecond, 0}, {2 * time.Second, 1}, {time.Minute, 1}} {
		if got := w.Take(step.now); got != step.want {
			t.Errorf("%d were due at %s, want %d", got, step.now, step.want)
		}
	}
	w.Add(time.Minute + 70*time.Millisecond)
	if next, ok := w.Next(); !ok || next != time.Minute+70*time.Millisecond {
		t.Errorf("next is due at %s", next)
	}
}

// FuzzReceive: whatever arrives on the device, the responder stays up.
func FuzzReceive(f *testing.F) {
	f.Add(lab.Segment(at(0, 80), lab.SYN, 0))
	f.Add(lab.Segment(at(4, 80), lab.SYN, 0))
	f.Add(lab.Segment(at(0, 80), lab.FIN|lab.ACK, 7))
	f.Add([]byte{0x60, 0, 0, 0})
	f.Fuzz(func(t *testing.T, packet []byte) {
		for _, sent := range lab.NewResponder(small(false)).Receive(0, time.Second, packet) {
			if len(sent) < 40 || len(sent) > 60 {
				t.Errorf("sent %x", sent)
			}
		}
	})
}

// BenchmarkResponder is the cost of one packet without the device.
func BenchmarkResponder(b *testing.B) {
	r := lab.NewResponder(small(false))
	packet := lab.Segment(at(0, 81), lab.SYN, 0)
	for i := range b.N {
		now := time.Duration(i) * time.Microsecond
		r.Receive(now, now, packet)
	}
}
