package wire_test

import (
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// TestDatagrams asks a port that answers, one that is silent and one that is closed.
func TestDatagrams(t *testing.T) {
	for name, open := range map[string]func(wire.Config, wire.Payloads) (wire.Wire, error){"datagrams": wire.NewDatagrams, "listener": wire.NewListener} {
		for _, host := range []string{"127.0.0.1", "::1"} {
			t.Run(name+" "+host, func(t *testing.T) {
				echo, silent, closed := answering(t, host), bound(t, host), closedDatagrams(t, host)
				w, err := open(wire.Config{Scope: engine.Scope{Allow: engine.LoopbackPrefixes()}}, wire.Payloads{echo.Port(): []byte("who")})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = w.Close() }()
				for _, place := range []netip.AddrPort{echo, silent, closed} {
					if err := w.Send(wire.Attempt{Place: place}); err != nil {
						t.Fatal(err)
					}
				}
				want := map[netip.AddrPort]wire.Kind{echo: wire.Open}
				if name == "datagrams" && runtime.GOOS == "linux" {
					want[closed] = wire.Closed
				}
				for _, a := range answers(t, w, len(want)) {
					if want[a.Place] != a.Kind || a.Repeated || a.Try != 0 {
						t.Errorf("%+v", a)
					}
				}
			})
		}
	}
}

// TestDatagramsOfStrangers are no answers: nobody has asked them.
func TestDatagramsOfStrangers(t *testing.T) {
	echo := answering(t, "127.0.0.1")
	w, err := wire.NewDatagrams(wire.Config{Scope: engine.Scope{Allow: engine.LoopbackPrefixes()}}, wire.Payloads{echo.Port(): []byte("who")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	for try := range uint8(2) {
		if err := w.Send(wire.Attempt{Place: echo, Try: try}); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range answers(t, w, 2) {
		if a.Try != 1 || !a.Repeated {
			t.Errorf("%+v: which of two attempts was answered cannot be known", a)
		}
		w.Release(wire.Attempt{Place: echo, Try: 0})
		w.Release(wire.Attempt{Place: echo, Try: 1})
	}
	if err := w.Send(wire.Attempt{Place: bound(t, "127.0.0.1")}); err != nil {
		t.Fatal(err)
	}
	heard := 0
	if err := w.Receive(t.Context(), time.Now().Add(50*time.Millisecond), func(wire.Answer) { heard++ }); err != nil || heard > 0 {
		t.Errorf("%d answers, %v", heard, err)
	}
}

// answering sends back what it is sent.
func answering(t *testing.T, host string) netip.AddrPort {
	t.Helper()
	conn, place := bind(t, host)
	go func() {
		var b [16]byte
		for {
			n, from, err := conn.ReadFromUDPAddrPort(b[:])
			if err != nil {
				return
			}
			if n > 0 {
				_, _ = conn.WriteToUDPAddrPort(b[:n], from)
			}
		}
	}()
	return place
}

// bound never answers.
func bound(t *testing.T, host string) netip.AddrPort {
	t.Helper()
	_, place := bind(t, host)
	return place
}

func closedDatagrams(t *testing.T, host string) netip.AddrPort {
	t.Helper()
	conn, place := bind(t, host)
	_ = conn.Close()
	return place
}

func bind(t *testing.T, host string) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(host)})
	if err != nil {
		t.Skipf("no datagram socket on %s: %v", host, err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn, netip.MustParseAddrPort(conn.LocalAddr().String())
}

// answers waits for as many answers as are expected.
func answers(tb testing.TB, w wire.Wire, n int) []wire.Answer {
	tb.Helper()
	var got []wire.Answer
	for deadline := time.Now().Add(5 * time.Second); len(got) < n; {
		if err := w.Receive(tb.Context(), deadline, func(a wire.Answer) { got = append(got, a) }); err != nil {
			tb.Fatal(err)
		}
		if time.Now().After(deadline) {
			tb.Fatalf("%d answers of %d: %v", len(got), n, got)
		}
	}
	return got
}
