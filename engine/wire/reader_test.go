package wire_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/bpf"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// recorded is a line of testdata/answers.txt.
type recorded struct {
	kind   wire.Kind
	try    uint8
	place  netip.AddrPort
	packet []byte
}

// recordings gives the answers that real systems have sent.
func recordings(tb testing.TB) []recorded {
	tb.Helper()
	text, err := os.ReadFile("testdata/answers.txt")
	if err != nil {
		tb.Fatal(err)
	}
	kinds := map[string]wire.Kind{"open": wire.Open, "closed": wire.Closed, "barred": wire.Barred}
	var all []recorded
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if f[0] == "#" {
			continue
		}
		r := recorded{kind: kinds[f[0]]}
		if r.packet, err = hex.DecodeString(f[3]); err != nil {
			tb.Fatal(err)
		}
		if try, err := strconv.Atoi(f[1]); err == nil && r.kind != 0 {
			r.try, r.place = uint8(try), netip.MustParseAddrPort(f[2])
		}
		all = append(all, r)
	}
	return all
}

// read reads a packet as if our ports began at one of those of the recordings.
func read(packet []byte) (wire.Answer, bool) {
	for _, ports := range []uint16{0xf340, 0xf530} {
		r := wire.NewReader([2]uint64{}, ports)
		for _, read := range []func([]byte) (wire.Answer, bool){r.IPv4, r.IPv6} {
			if a, ok := read(packet); ok {
				return a, true
			}
		}
	}
	return wire.Answer{}, false
}

func TestReaderReadsWhatSystemsSay(t *testing.T) {
	for _, r := range recordings(t) {
		a, ok := read(r.packet)
		if ok != (r.kind != 0) || a.Kind != r.kind || a.Try != r.try || a.Place != r.place {
			t.Errorf("%x is %+v, want %+v", r.packet, a, r)
		}
	}
}

// TestReaderBelievesNobody changes each bit that proves something, and cuts packets off.
func TestReaderBelievesNobody(t *testing.T) {
	for _, r := range recordings(t) {
		if r.kind == 0 {
			continue
		}
		needed := proof(r.packet)
		for bit := range len(needed) * 8 {
			if needed[bit/8] == 0 {
				continue
			}
			forged := bytes.Clone(r.packet)
			forged[bit/8] ^= 1 << (bit % 8)
			if a, ok := read(forged); ok && a.Place == r.place && a.Try == r.try {
				t.Errorf("with bit %d of byte %d of %x changed it is still %+v", bit%8, bit/8, r.packet, a)
			}
		}
		for size := range bytes.LastIndexFunc(needed, func(b rune) bool { return b != 0 }) {
			if a, ok := read(r.packet[:size]); ok {
				t.Errorf("the first %d bytes of %x are %+v", size, r.packet, a)
			}
		}
	}
}

// proof marks with 1 the addresses, the ports and the number of a packet: of the
// answer itself, or of the packet that an ICMP error quotes.
func proof(packet []byte) []byte {
	header, icmp, from := 20, byte(1), 12
	protocol := packet[9]
	if packet[0]>>4 == 6 {
		header, icmp, from, protocol = 40, 58, 8, packet[6]
	}
	needed := make([]byte, len(packet))
	start, number := 0, header+8 // the number acknowledged
	if protocol == icmp {
		start = header + 8
		number = start + header + 4 // the number sent
	}
	mark := func(from, to int) { copy(needed[from:to], bytes.Repeat([]byte{1}, to-from)) }
	mark(start+from, start+header+4)
	mark(number, number+4)
	if protocol != icmp && packet[header+13]&4 != 0 {
		needed[number+3] = 0 // an RST may acknowledge one less
	}
	return needed
}

// TestFilterPassesWhatReaderReads runs the programs on the same packets.
func TestFilterPassesWhatReaderReads(t *testing.T) {
	for _, r := range recordings(t) {
		for _, ports := range []uint16{0xf340, 0xf530} {
			program := wire.FilterIPv4(ports)
			ours := wire.NewReader([2]uint64{}, ports).IPv4
			if r.packet[0]>>4 == 6 {
				program, ours = wire.FilterIPv6(ports), wire.NewReader([2]uint64{}, ports).IPv6
			}
			vm, err := bpf.NewVM(program)
			if err != nil {
				t.Fatal(err)
			}
			passed, err := vm.Run(r.packet)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := ours(r.packet); ok && passed == 0 {
				t.Errorf("%x does not pass", r.packet)
			}
			if isTCP := r.packet[0]>>4 == 4 && r.packet[9] == 6; isTCP && passed > 0 && binary.BigEndian.Uint16(r.packet[22:])&0xfff0 != ports {
				t.Errorf("%x passes; it is not for us", r.packet)
			}
		}
	}
}

// TestReaderSkipsExtensions puts extension headers before a segment, up to more than
// there can be.
func TestReaderSkipsExtensions(t *testing.T) {
	for _, r := range recordings(t) {
		if r.packet[0]>>4 != 6 || r.packet[6] != 6 {
			continue
		}
		for n := range 9 {
			extended := bytes.Clone(r.packet[:40])
			for range n {
				extended = append(extended, 60, 0, 1, 4, 0, 0, 0, 0)
			}
			extended = append(extended, r.packet[40:]...)
			if n > 0 {
				extended[6] = 60
				extended[40+8*(n-1)] = 6
			}
			binary.BigEndian.PutUint16(extended[4:], uint16(len(extended)-40))
			if a, ok := read(extended); ok != (n <= 5) || ok && a.Place != r.place {
				t.Errorf("after %d extension headers it is %v %+v", n, ok, a)
			}
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, r := range recordings(f) {
		f.Add(r.packet)
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		a, ok := read(packet)
		if ok && (a.Kind < wire.Open || a.Kind > wire.Barred || a.Try >= wire.MaxTries || !a.Place.IsValid()) {
			t.Errorf("%+v", a)
		}
	})
}
