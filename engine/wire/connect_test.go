package wire_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// connecting are the wires that connect: what they tell is the same.
var connecting = map[string]func(wire.Config) (wire.Wire, error){
	"connect": wire.NewConnect,
	"dialer":  wire.NewDialer,
}

func everyConnecting(t *testing.T, test func(*testing.T, wire.Wire)) {
	t.Helper()
	for name, open := range connecting {
		t.Run(name, func(t *testing.T) {
			w, err := open(wire.Config{Scope: engine.Scope{Allow: engine.LoopbackPrefixes()}})
			if err != nil {
				t.Fatal(err)
			}
			test(t, w)
			if err := w.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
}

// listen accepts connections until the test ends.
func listen(t testing.TB, address string) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Skipf("no listener on %s: %v", address, err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	return netip.MustParseAddrPort(l.Addr().String())
}

// closed gives a port that nobody listens on.
func closed(t testing.TB, address string) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Skipf("no listener on %s: %v", address, err)
	}
	place := netip.MustParseAddrPort(l.Addr().String())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return place
}

// collect hears answers until there are so many, for ten seconds at most.
func collect(t testing.TB, w wire.Wire, n int) []wire.Answer {
	t.Helper()
	var answers []wire.Answer
	for end := w.Now().Add(10 * time.Second); len(answers) < n && w.Now().Before(end); {
		if err := w.Receive(t.Context(), end, func(a wire.Answer) { answers = append(answers, a) }); err != nil {
			t.Fatal(err)
		}
	}
	return answers
}

func TestAnswers(t *testing.T) {
	everyConnecting(t, func(t *testing.T, w wire.Wire) {
		want := map[netip.AddrPort]wire.Kind{
			listen(t, "127.0.0.1:0"): wire.Open, closed(t, "127.0.0.2:0"): wire.Closed,
			listen(t, "[::1]:0"): wire.Open, closed(t, "[::1]:0"): wire.Closed,
		}
		for round := range uint8(3) {
			for place := range want {
				if err := w.Send(wire.Attempt{Place: place, Try: round}); err != nil {
					t.Fatal(err)
				}
			}
			for _, a := range collect(t, w, len(want)) {
				if a.Kind != want[a.Place] || a.Try != round || a.Repeated || time.Since(a.At) > time.Minute {
					t.Errorf("%+v, want kind %d in round %d", a, want[a.Place], round)
				}
				w.Release(wire.Attempt{Place: a.Place, Try: a.Try})
			}
		}
	})
}

func TestScopeIsAsked(t *testing.T) {
	for name, open := range connecting {
		t.Run(name, func(t *testing.T) {
			w, err := open(wire.Config{})
			if err != nil {
				t.Fatal(err)
			}
			err = w.Send(wire.Attempt{Place: listen(t, "127.0.0.1:0")})
			if engine.KindOf(err) != engine.Forbidden {
				t.Errorf("an address out of scope: %v", err)
			}
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestReceiveReturns(t *testing.T) {
	everyConnecting(t, func(t *testing.T, w wire.Wire) {
		began := time.Now()
		if err := w.Receive(t.Context(), began.Add(30*time.Millisecond), func(wire.Answer) {}); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took < 30*time.Millisecond {
			t.Errorf("it returned after %s with nothing", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		began = time.Now()
		err := w.Receive(ctx, began.Add(time.Minute), func(wire.Answer) {})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 10*time.Second {
			t.Errorf("a context that is done: %v after %s", err, time.Since(began))
		}
	})
}
