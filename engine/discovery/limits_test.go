package discovery_test

import (
	"net/netip"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/discovery"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
)

// mixture is hosts of many kinds.
func mixture(a netip.Addr) wiretest.Host {
	h := wiretest.Host{RTT: time.Duration(1+ordinal(a)%40) * ms, Open: some(a, 100)}
	switch ordinal(a) % 8 {
	case 0, 1:
		h.Dead = true
	case 2:
		h.Silent = true
	case 3:
		h.Loss = 0.05
	case 4:
		h.Rate = 200
	case 5:
		h.Jitter, h.Duplicate = 50*ms, 0.3
	}
	return h
}

func mixed(seed uint64) scenario {
	return scenario{prefix: "10.0.0.0/25", ports: "1-100", host: mixture, seed: seed}
}

// log keeps when attempts were sent, all together and for each host.
type log struct {
	all    []time.Time
	byHost map[netip.Addr][]time.Time
}

func (l *log) sent(at time.Time, a wire.Attempt) {
	l.all = append(l.all, at)
	l.byHost[a.Place.Addr()] = append(l.byHost[a.Place.Addr()], at)
}

// checkRate wants no stretch of time with more than burst attempts beyond the rate.
// It is enough to look at stretches that begin with an attempt: a bucket that
// loses a token with each and never falls below zero says the same.
func checkRate(t *testing.T, times []time.Time, perSecond, burst float64) {
	t.Helper()
	tokens, last := burst, time.Time{}
	for i, at := range times {
		if i > 0 {
			tokens = min(burst, tokens+at.Sub(last).Seconds()*perSecond)
		}
		last = at
		if tokens--; tokens < -0.01 {
			t.Fatalf("attempt %d of %d is beyond %v a second after a burst of %v", i, len(times), perSecond, burst)
		}
	}
}

func TestRateIsNeverExceeded(t *testing.T) {
	for _, tt := range []struct {
		perSecond float64
		burst     int
	}{{500, 1}, {3000, 10}, {20_000, 200}} {
		l := log{byHost: map[netip.Addr][]time.Time{}}
		s := mixed(1)
		s.wire.Sent = l.sent
		o := s.run(t.Context(), t, func(c *discovery.Config) {
			c.Limiter = rate.NewLimiter(rate.Limit(tt.perSecond), tt.burst)
		})
		if o.err != nil {
			t.Fatal(o.err)
		}
		checkRate(t, l.all, tt.perSecond, float64(tt.burst)+1)
		if used := float64(len(l.all)) / o.took.Seconds() / tt.perSecond; tt.perSecond <= 3000 && used < 0.8 {
			t.Errorf("only %.2f of the rate of %v is used", used, tt.perSecond)
		}
	}
}

func TestHostRateIsNeverExceeded(t *testing.T) {
	l := log{byHost: map[netip.Addr][]time.Time{}}
	s := mixed(2)
	s.wire.Sent = l.sent
	o := s.run(t.Context(), t, func(c *discovery.Config) { c.HostRate = 50 })
	if o.err != nil {
		t.Fatal(o.err)
	}
	for host, times := range l.byHost {
		checkRate(t, times, 50, 1.1)
		if used := float64(len(times)) / times[len(times)-1].Sub(times[0]).Seconds() / 50; used < 0.5 {
			t.Errorf("%s: only %.2f of the rate is used", host, used)
		}
	}
	checkComplete(t, s, o, 0.99)
}

// checkComplete wants the truth told once, and that share of it at least.
func checkComplete(t *testing.T, s scenario, o outcome, recall float64) {
	t.Helper()
	truth := s.truth(t)
	found := 0
	for place, times := range o.found {
		if !truth[place] || times > 1 {
			t.Errorf("%s found %d times, open %v", place, times, truth[place])
		}
		found++
	}
	if share := float64(found) / float64(len(truth)); share < recall {
		t.Errorf("recall %.4f", share)
	}
}

func TestRateThatPermitsNothing(t *testing.T) {
	s := mixed(4)
	o := s.run(t.Context(), t, func(c *discovery.Config) { c.Limiter = rate.NewLimiter(0, 0) })
	if engine.KindOf(o.err) != engine.Invalid || o.wire.Attempts() > 0 {
		t.Errorf("error %v after %d attempts", o.err, o.wire.Attempts())
	}
}

// TestScope wants nothing sent where the space forbids it, and one refusal of the
// wire to be the end of a host, not of the run.
func TestScope(t *testing.T) {
	s := mixed(5)
	s.ports = "1-200"
	excluded := netip.MustParsePrefix("10.0.0.64/28")
	s.wire.Sent = func(_ time.Time, a wire.Attempt) {
		if excluded.Contains(a.Place.Addr()) {
			t.Errorf("%s was tried", a.Place)
		}
	}
	s.wire.Permit = engine.Scope{Exclude: []netip.Prefix{excluded}}.Permit
	o := s.run(t.Context(), t, nil)
	if o.err != nil || o.state.Next != s.space(t).Len() || o.report.Done != s.space(t).Len() {
		t.Errorf("error %v, state %+v, progress %+v", o.err, o.state, o.report)
	}
}

// TestForbiddenHostsTakeNoTime has a whole range be excluded but for a few hosts.
func TestForbiddenHostsTakeNoTime(t *testing.T) {
	s := mixed(9)
	all, few := netip.MustParsePrefix("10.0.0.0/15"), netip.MustParsePrefix("10.0.0.0/30")
	var scope engine.Scope
	for bits := 16; bits <= 30; bits++ { // everything beside the few
		sibling := few.Addr().As4()
		sibling[(bits-1)/8] |= 1 << (7 - (bits-1)%8)
		scope.Exclude = append(scope.Exclude, netip.PrefixFrom(netip.AddrFrom4(sibling), bits))
	}
	places, err := space.New([]netip.Prefix{all}, []engine.PortRange{{First: 1, Last: 10}}, scope, 9)
	if err != nil {
		t.Fatal(err)
	}
	o := s.run(t.Context(), t, func(c *discovery.Config) { c.Space = places })
	if o.err != nil || o.report.Done != places.Len() || o.wire.Attempts() == 0 {
		t.Errorf("error %v, progress %+v, %d attempts", o.err, o.report, o.wire.Attempts())
	}
	if o.took > 4*time.Second {
		t.Errorf("took %s", o.took)
	}
}

// TestTooFewSockets is a system that has fewer sockets to spare than was thought.
func TestTooFewSockets(t *testing.T) {
	s := mixed(6)
	s.wire = wiretest.Config{Holds: true, Capacity: 150, Claimed: 5000}
	o := s.run(t.Context(), t, nil)
	if o.err != nil || o.wire.Held() > 0 {
		t.Fatalf("error %v, %d attempts held", o.err, o.wire.Held())
	}
	checkComplete(t, s, o, 0.999)
	if refused := o.report.Sent - o.wire.Attempts(); refused > o.report.Sent/10 {
		t.Errorf("%d of %d attempts found no socket", refused, o.report.Sent)
	}
}

func TestCapacityIsNeverExceeded(t *testing.T) {
	for _, capacity := range []int{1, 7, 300} {
		s := mixed(7)
		s.wire = wiretest.Config{Holds: true, Capacity: capacity}
		o := s.run(t.Context(), t, nil)
		if o.err != nil || o.wire.MostHeld() > capacity {
			t.Errorf("error %v, %d held at the same time, capacity %d", o.err, o.wire.MostHeld(), capacity)
		}
		checkComplete(t, s, o, 0.999)
	}
}
