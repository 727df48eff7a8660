package wire_test

import (
	"net"
	"net/netip"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// full gives a port that does not answer: its queue of connections that nobody
// accepts is full, and Linux then drops a SYN (tcp_conn_request).
func full(t testing.TB) netip.AddrPort {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	local, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	inet, ok := local.(*unix.SockaddrInet4)
	if !ok {
		t.Fatalf("%T", local)
	}
	place := netip.AddrPortFrom(netip.AddrFrom4(inet.Addr), uint16(inet.Port))
	conn, err := net.Dial("tcp", place.String()) // a backlog of 0 holds one
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return place
}

func connect(t testing.TB, sockets int) wire.Wire {
	t.Helper()
	w, err := wire.NewConnect(wire.Config{Scope: engine.Scope{Allow: engine.LoopbackPrefixes()}, Sockets: sockets})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func files(t testing.TB) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// TestNoFileStaysOpen counts files after attempts that ended in every way.
func TestNoFileStaysOpen(t *testing.T) {
	places := []netip.AddrPort{listen(t, "127.0.0.1:0"), closed(t, "127.0.0.1:0"), closed(t, "[::1]:0"), full(t)}
	before := files(t)
	w := connect(t, 0)
	for try := range uint8(10) {
		for _, place := range places {
			if err := w.Send(wire.Attempt{Place: place, Try: try}); err != nil {
				t.Fatal(err)
			}
		}
		collect(t, w, 3)
		if try%2 == 0 {
			w.Release(wire.Attempt{Place: places[3], Try: try})
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if after := files(t); after > before {
		t.Errorf("%d files were open, %d are", before, after)
	}
}

// TestReleasedIsNotHeard: a socket that is used again must not tell of the attempt before.
func TestReleasedIsNotHeard(t *testing.T) {
	w := connect(t, 0)
	silent, refusing := full(t), closed(t, "127.0.0.1:0")
	for try := range uint8(wire.MaxTries) {
		a := wire.Attempt{Place: silent, Try: try}
		if err := w.Send(a); err != nil {
			t.Fatal(err)
		}
		w.Release(a)
		if err := w.Send(wire.Attempt{Place: refusing, Try: try}); err != nil {
			t.Fatal(err)
		}
		for _, got := range collect(t, w, 1) {
			if got.Place != refusing || got.Try != try || got.Kind != wire.Closed {
				t.Errorf("%+v in round %d", got, try)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestOutOfFiles wants Hindered, not a wrong answer, when the process may open no more.
func TestOutOfFiles(t *testing.T) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	place, w := full(t), connect(t, 1000)
	lower := limit
	lower.Cur = uint64(files(t) + 8)
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &lower); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
			t.Fatal(err)
		}
	}()
	for try := range uint8(wire.MaxTries) {
		if err := w.Send(wire.Attempt{Place: place, Try: try}); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range collect(t, w, 1) {
		if a.Kind != wire.Hindered {
			t.Errorf("%+v, want hindered", a)
		}
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// TestConnectedWithItself tries the ports from which our own system chooses: some
// sockets are given the very port they connect to. What is then told to be open
// must really be listened on, so that nobody else can listen there.
func TestConnectedWithItself(t *testing.T) {
	w := connect(t, 0)
	const first, last = 32768, 60999 // net.ipv4.ip_local_port_range of Linux
	var open []netip.AddrPort
	heard := 0
	take := func(a wire.Answer) {
		heard++
		if a.Kind == wire.Open {
			open = append(open, a.Place)
		}
	}
	for port := first; port <= last; port++ {
		if err := w.Send(wire.Attempt{Place: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(port))}); err != nil {
			t.Fatal(err)
		}
		if err := w.Receive(t.Context(), w.Now(), take); err != nil {
			t.Fatal(err)
		}
	}
	for _, place := range open {
		if l, err := net.Listen("tcp", place.String()); err == nil {
			t.Errorf("%s is told to be open, but nobody listens there", place)
			_ = l.Close()
		}
	}
	if heard < (last-first)*9/10 {
		t.Errorf("%d answers from %d ports", heard, last-first)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// BenchmarkConnect is an attempt at a closed port of this machine.
func BenchmarkConnect(b *testing.B) {
	w := connect(b, 0)
	addr := netip.MustParseAddr("127.0.0.9")
	port := uint16(0)
	b.ReportAllocs()
	for b.Loop() {
		port = port%30000 + 1
		a := wire.Attempt{Place: netip.AddrPortFrom(addr, port)}
		if err := w.Send(a); err != nil {
			b.Fatal(err)
		}
		if port%64 == 0 {
			if err := w.Receive(b.Context(), w.Now(), func(a wire.Answer) {
				w.Release(wire.Attempt{Place: a.Place, Try: a.Try})
			}); err != nil {
				b.Fatal(err)
			}
		}
	}
	_ = w.Close()
}
