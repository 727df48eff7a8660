package wire_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// TestSYNLeavesNothingBehind looks for half-open connections on the hosts, and counts
// what they were sent: for each open port a SYN and a reset, no more.
func TestSYNLeavesNothingBehind(t *testing.T) {
	const hosts = 200
	l := newLab(t)
	l.listen(80)
	w := newSYN(t, wire.Config{})
	want := map[string]wire.Kind{}
	for i := range hosts {
		want[fmt.Sprintf("10.99.5.%d:80", i)] = wire.Open
	}
	before := l.segments()
	ask(t, w, want)
	for deadline := time.Now().Add(3 * time.Second); l.inTarget("ss -Htan state syn-recv state established") != ""; {
		if time.Now().After(deadline) {
			t.Fatalf("left behind:\n%s", l.inTarget("ss -tan"))
		}
		silence(t, w, 10*time.Millisecond)
	}
	if got := l.segments() - before; got < 2*hosts || got > 2*hosts+hosts/10 {
		t.Errorf("%d hosts got %d segments", hosts, got)
	}
}

// segments is how many TCP segments the hosts have received.
func (l *lab) segments() (n int) {
	l.tb.Helper()
	for line := range strings.Lines(l.inTarget("nstat -asz TcpInSegs")) {
		if _, err := fmt.Sscanf(line, "TcpInSegs %d", &n); err == nil {
			return n
		}
	}
	l.tb.Fatal("nstat(8) does not know TcpInSegs")
	return 0
}

// TestSYNBelievesNoForger sends segments to every source port from among the hosts,
// which know the addresses and ports, but not the number.
func TestSYNBelievesNoForger(t *testing.T) {
	l := newLab(t)
	w := newSYN(t, wire.Config{})
	ask(t, w, map[string]wire.Kind{"10.99.4.7:81": wire.Closed}) // the system knows the neighbour now
	fd := l.rawSocket()
	for i := range uint32(4096) {
		p := forgery(netip.MustParseAddr("10.99.4.7"), 80, wire.SourcePort(w)+uint16(i%wire.MaxTries), i*2654435761, []byte{0x12, 0x14}[i/wire.MaxTries%2])
		if err := unix.Sendto(fd, p, 0, &unix.SockaddrInet4{Addr: [4]byte{10, 99, 0, 1}}); err != nil {
			t.Fatal(err)
		}
	}
	silence(t, w, 100*time.Millisecond)
}

// rawSocket opens one among the hosts.
func (l *lab) rawSocket() int {
	l.tb.Helper()
	opened := make(chan int, 1)
	go func() {
		runtime.LockOSThread()
		fd := -1
		if setns(l.target) == nil {
			if raw, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_RAW); err == nil {
				fd = raw
			}
		}
		opened <- fd
	}()
	fd := <-opened
	if fd < 0 {
		l.tb.Fatal("no raw socket among the hosts")
	}
	l.tb.Cleanup(func() { _ = unix.Close(fd) })
	return fd
}

// forgery is a segment from a host to the test. The checksum of TCP is left out, as a
// packet socket does not look at it.
func forgery(from netip.Addr, port, to uint16, ack uint32, flags byte) []byte {
	p := make([]byte, 40)
	addr := from.As4()
	p[0], p[3], p[8], p[9] = 0x45, 40, 64, 6
	copy(p[12:], addr[:])
	copy(p[16:], []byte{10, 99, 0, 1})
	binary.BigEndian.PutUint16(p[20:], port)
	binary.BigEndian.PutUint16(p[22:], to)
	binary.BigEndian.PutUint32(p[28:], ack)
	p[32], p[33] = 0x50, flags
	return p
}

// TestSYNByInterface sends by one that leads there and by one that does not.
func TestSYNByInterface(t *testing.T) {
	newLab(t)
	w := newSYN(t, wire.Config{Interface: "scan0"})
	if got := ask(t, w, map[string]wire.Kind{"10.99.4.7:81": wire.Closed}); got["10.99.4.7:81"] != wire.Closed {
		t.Error("no answer by the interface that leads there")
	}
	w = newSYN(t, wire.Config{Interface: "lo"})
	if err := w.Send(wire.Attempt{Place: netip.MustParseAddrPort("10.99.4.7:81")}); err != nil {
		t.Fatal(err)
	}
	if err := w.Receive(t.Context(), time.Now().Add(100*time.Millisecond), func(a wire.Answer) {
		if a.Kind != wire.Barred {
			t.Errorf("by an interface that leads elsewhere it is %+v", a)
		}
	}); err != nil {
		t.Error(err)
	}
}

// TestSYNOnLoopback hears a host that is this one.
func TestSYNOnLoopback(t *testing.T) {
	newLab(t)
	for _, host := range []string{"127.0.0.1", "::1"} {
		listener, err := net.Listen("tcp", net.JoinHostPort(host, "80"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = listener.Close() }()
	}
	want := map[string]wire.Kind{
		"127.0.0.1:80": wire.Open, "127.0.0.1:81": wire.Closed, "127.8.8.8:80": wire.Closed,
		"[::1]:80": wire.Open, "[::1]:81": wire.Closed, "10.99.0.1:81": wire.Closed, "[fd99::1]:81": wire.Closed,
	}
	w := newSYN(t, wire.Config{Scope: engine.Scope{Allow: engine.LoopbackPrefixes()}})
	want[fmt.Sprintf("127.0.0.1:%d", wire.SourcePort(w)+3)] = wire.Closed // our own
	for place, kind := range ask(t, w, want) {
		if want[place] != kind {
			t.Errorf("%s is %d, want %d", place, kind, want[place])
		}
	}
}

// TestSYNOutOfScope sends nothing.
func TestSYNOutOfScope(t *testing.T) {
	newLab(t)
	w := newSYN(t, wire.Config{Scope: engine.Scope{Exclude: []netip.Prefix{netip.MustParsePrefix("10.99.4.0/24")}}})
	for _, place := range []string{"127.0.0.1:80", "[::1]:80", "10.99.4.7:81", "169.254.169.254:80"} {
		for range 2 {
			if err := w.Send(wire.Attempt{Place: netip.MustParseAddrPort(place)}); engine.KindOf(err) != engine.Forbidden {
				t.Errorf("%s: %v", place, err)
			}
		}
	}
	silence(t, w, 50*time.Millisecond)
}

// TestSYNEndsWithItsContext waits no longer than it is wanted, and can be used again.
func TestSYNEndsWithItsContext(t *testing.T) {
	newLab(t)
	w := newSYN(t, wire.Config{})
	for range 2 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		err := w.Receive(ctx, time.Now().Add(time.Minute), func(wire.Answer) {})
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	}
	if got := ask(t, w, map[string]wire.Kind{"10.99.4.7:81": wire.Closed}); got["10.99.4.7:81"] != wire.Closed {
		t.Error("no answer after that")
	}
}
