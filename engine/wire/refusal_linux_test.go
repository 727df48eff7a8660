package wire_test

import (
	"net/netip"
	"os/exec"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// TestSYNAcrossFirewalls asks ports that firewalls and routers on the way refuse in
// all their ways.
func TestSYNAcrossFirewalls(t *testing.T) {
	if _, err := exec.LookPath("nft"); err != nil {
		t.Skip("nft(8) is not here")
	}
	l := newLab(t,
		"sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0",
		"ip route add prohibit 10.98.0.1", "ip route add unreachable 10.98.0.2", "ip route add blackhole 10.98.0.3",
		"ip -6 route add prohibit fd98::1", "ip -6 route add unreachable fd98::2",
		"ip -6 addr add fd99:0:0:4::1/128 dev target0 nodad", // else the router speaks for the host
		"nft add table inet f", "nft add chain inet f in { type filter hook input priority 0; }",
		"nft add rule inet f in tcp dport 90 reject with icmpx port-unreachable",
		"nft add rule inet f in tcp dport 91 reject with icmpx admin-prohibited",
		"nft add rule inet f in tcp dport 92 reject with tcp reset",
		"nft add rule inet f in tcp dport 93 drop",
	)
	l.inScan("ip route add 10.98.0.0/24 via 10.99.0.2")
	l.inScan("ip -6 route add fd98::/64 via fd99::2")
	l.inScan("ip route add unreachable 10.97.0.1")
	l.inScan("ip route add prohibit 10.97.0.2")
	l.inScan("ip -6 route add unreachable fd97::1")
	l.inScan("nft add table inet f")
	l.inScan("nft add chain inet f out { type filter hook output priority 0; }")
	l.inScan("nft add rule inet f out tcp dport 94 drop")
	for _, port := range []int{90, 91, 92, 93} {
		l.listen(port)
	}
	want := map[string]wire.Kind{
		"10.98.0.1:80": wire.Barred, "10.98.0.2:80": wire.Barred, "10.98.0.3:80": 0,
		"10.97.0.1:80": wire.Barred, "10.97.0.2:80": wire.Barred, "10.96.0.1:80": wire.Barred,
		"10.99.4.1:90": wire.Closed, "10.99.4.1:91": wire.Barred, "10.99.4.1:92": wire.Closed, "10.99.4.1:93": 0, "10.99.4.1:94": wire.Barred,
		"[fd98::1]:80": wire.Barred, "[fd98::2]:80": wire.Barred,
		"[fd97::1]:80": wire.Barred, "[fd96::1]:80": wire.Barred,
		"[fd99:0:0:4::1]:90": wire.Closed, "[fd99:0:0:4::1]:91": wire.Barred, "[fd99:0:0:4::1]:92": wire.Closed, "[fd99:0:0:4::1]:93": 0,
		"10.99.0.255:80": wire.Barred, // the broadcast address of a network of ours
	}
	got := ask(t, newSYN(t, wire.Config{}), want)
	for place, kind := range want {
		if got[place] != kind {
			t.Errorf("%s is %d, want %d", place, got[place], kind)
		}
	}
}

// TestDatagramsAcrossFirewalls is the same for UDP. The echo of a kernel is not there,
// so no port is open.
func TestDatagramsAcrossFirewalls(t *testing.T) {
	if _, err := exec.LookPath("nft"); err != nil {
		t.Skip("nft(8) is not here")
	}
	l := newLab(t,
		"sysctl -q -w net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0",
		"ip -6 addr add fd99:0:0:4::1/128 dev target0 nodad",
		"nft add table inet f", "nft add chain inet f in { type filter hook input priority 0; }",
		"nft add rule inet f in udp dport 91 reject with icmpx admin-prohibited",
		"nft add rule inet f in udp dport 93 drop",
	)
	l.inScan("ip route add unreachable 10.97.0.1")
	w, err := wire.NewDatagrams(wire.Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	want := map[string]wire.Kind{
		"10.99.4.1:90": wire.Closed, "10.99.4.1:91": wire.Barred, "10.99.4.1:93": 0,
		"[fd99:0:0:4::1]:90": wire.Closed, "[fd99:0:0:4::1]:91": wire.Barred, "[fd99:0:0:4::1]:93": 0,
		"10.97.0.1:90": wire.Barred, "10.96.0.1:90": wire.Barred, "10.99.0.255:90": wire.Barred,
	}
	got := ask(t, w, want)
	for place, kind := range want {
		if got[place] != kind {
			t.Errorf("%s is %d, want %d", place, got[place], kind)
		}
	}
}

// TestNoIPv6 asks a place of a family that this machine does not speak.
func TestNoIPv6(t *testing.T) {
	l := newLab(t)
	l.inScan("sysctl -q -w net.ipv6.conf.all.disable_ipv6=1")
	datagrams, err := wire.NewDatagrams(wire.Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = datagrams.Close() }()
	for _, w := range []wire.Wire{newSYN(t, wire.Config{}), datagrams} {
		if got := ask(t, w, map[string]wire.Kind{"[fd99:0:0:4::1]:80": wire.Barred}); got["[fd99:0:0:4::1]:80"] != wire.Barred {
			t.Errorf("%s: %v", w.Name(), got)
		}
	}
}

// ask tries every place until all have answered that are expected to, as often as a
// place can be tried: routers say only so often per second that they refuse.
func ask(tb testing.TB, w wire.Wire, want map[string]wire.Kind) map[string]wire.Kind {
	tb.Helper()
	got, missing := map[string]wire.Kind{}, 1
	for try := uint8(0); try < wire.MaxTries && missing > 0; try++ {
		for place := range want {
			if got[place] != 0 {
				continue
			}
			if err := w.Send(wire.Attempt{Place: netip.MustParseAddrPort(place), Try: try}); err != nil {
				tb.Fatal(err)
			}
		}
		for deadline := w.Now().Add(300 * time.Millisecond); w.Now().Before(deadline) && missing > 0; {
			missing = hear(tb, w, deadline, want, got)
		}
	}
	return got
}

// hear tells how many answers are missing.
func hear(tb testing.TB, w wire.Wire, until time.Time, want, got map[string]wire.Kind) (missing int) {
	tb.Helper()
	if err := w.Receive(tb.Context(), until, func(a wire.Answer) { got[a.Place.String()] = a.Kind }); err != nil {
		tb.Fatal(err)
	}
	for place, kind := range want {
		if kind != 0 && got[place] == 0 {
			missing++
		}
	}
	return missing
}

// silence fails where an answer comes within a time.
func silence(tb testing.TB, w wire.Wire, most time.Duration) {
	tb.Helper()
	err := w.Receive(tb.Context(), w.Now().Add(most), func(a wire.Answer) { tb.Errorf("heard %+v", a) })
	if err != nil {
		tb.Error(err)
	}
}
