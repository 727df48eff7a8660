package tls

import (
	"context"
	"crypto/tls"
	"math/bits"
	"slices"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// surveyTime ends the survey of a server that is slow to answer; what is known by
	// then is told. Its longest way is four connections, one after the other.
	surveyTime = probe.ConnectionTime
	// surveyWidth is how many connections it has open at the same time.
	surveyWidth = 4
	// maxKinds is how often a server is asked for one more kind of weak suite.
	maxKinds = 8
)

// surveyor finds out what a server would agree to, besides what it has agreed to: by
// hellos that offer little, most of which are refused.
type surveyor struct {
	dial  probe.Dialer
	to    engine.Endpoint
	slots chan struct{}

	lock sync.Mutex
	f    *Facts
	jarm string
}

func newSurveyor(d probe.Dialer, to engine.Endpoint, f *Facts) *surveyor {
	return &surveyor{dial: d, to: to, slots: make(chan struct{}, surveyWidth), f: f}
}

// survey adds to facts what a server that has shaken hands by version would agree to,
// and finds its JARM.
func survey(ctx context.Context, d probe.Dialer, to engine.Endpoint, version uint16, f *Facts) *surveyor {
	ctx, cancel := context.WithTimeout(ctx, surveyTime)
	defer cancel()
	s := newSurveyor(d, to, f)
	var both sync.WaitGroup
	both.Go(func() { s.jarm = jarmOf(ctx, s.narrow(), to) })
	both.Go(func() { s.versions(ctx, version) })
	both.Wait()
	return s
}

// Survey implements [probe.Survey]. It finds no JARM, which is of servers that begin with TLS.
func Survey(ctx context.Context, d probe.Dialer, to engine.Endpoint, r *engine.Response) {
	facts, ok := r.Blocks["tls"].(*Facts)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, surveyTime)
	defer cancel()
	newSurveyor(d, to, facts).versions(ctx, versionNamed(facts.Version))
}

var _ probe.Survey = Survey

// describe puts the member "jarm" into a response.
func (s *surveyor) describe(r *engine.Response) {
	if s.jarm != "" {
		r.Blocks["jarm"] = s.jarm
	}
}

// glance is the answer to an offer of everything there is below TLS 1.3.
func glance(ctx context.Context, d probe.Dialer, to engine.Endpoint) (Answer, bool) {
	return newSurveyor(d, to, &Facts{}).offer(ctx, tls.VersionTLS12, chosen(isAny), true)
}

// describe puts the members "certificate" and "tls" into a response.
func (a Answer) describe(r *engine.Response, to engine.Endpoint) {
	facts := describeChain(r, a.Certificates, to.Host())
	facts.Version, facts.Cipher, facts.ServerName = VersionName(a.Version), suiteName(a.Suite), to.Name
	r.Blocks["tls"] = facts
}

// narrow is the dialer with at most surveyWidth connections.
func (s *surveyor) narrow() probe.Dialer { return narrow{s.dial, s.slots} }

// ask says a hello and reads the answer: all that is told in the clear, when whole is
// true. An answer that chooses what was not offered is none.
func (s *surveyor) ask(ctx context.Context, h hello, whole bool) (Answer, bool) {
	conn, err := s.narrow().Dial(ctx, s.to)
	if err != nil {
		return Answer{}, false
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(h.bytes()); err != nil {
		return Answer{}, false
	}
	a, err := ReadAnswer(conn, whole)
	return a, err == nil && a.Version <= h.version && slices.Contains(h.suites, a.Suite)
}

// offer asks for one of the suites by version at most. A server that knows none of
// the protocols inside that we name refuses for that reason alone (RFC 7301 section 3.2).
func (s *surveyor) offer(ctx context.Context, version uint16, suites []uint16, whole bool) (Answer, bool) {
	a, ok := s.ask(ctx, offer(s.to.Name, version, suites, true), whole)
	const noProtocol = 120
	if !ok && a.Alert == noProtocol {
		a, ok = s.ask(ctx, offer(s.to.Name, version, suites, false), whole)
	}
	return a, ok
}

// versions tries each version below TLS 1.3 with all suites, and then the suites by the
// newest and the oldest that are accepted. newest is what a handshake has shown
// already: a server takes the newest it knows.
func (s *surveyor) versions(ctx context.Context, newest uint16) {
	tries := []uint16{tls.VersionTLS12, tls.VersionTLS11, tls.VersionTLS10, ssl3}
	answers := make([]*Answer, len(tries))
	var asking sync.WaitGroup
	asking.Go(func() { s.note(func(f *Facts) { f.add(ssl2, s.speaksSSL2(ctx)) }) })
	for i, version := range tries {
		asking.Go(func() {
			if a, ok := s.offer(ctx, version, chosen(isAny), true); ok && a.Version == version {
				answers[i] = &a
			}
		})
	}
	asking.Wait()
	accepted := slices.DeleteFunc(answers, func(a *Answer) bool { return a == nil })
	s.note(func(f *Facts) {
		f.add(newest, newest != 0)
		for _, a := range accepted {
			f.add(a.Version, true)
		}
	})
	if len(accepted) > 0 {
		s.suites(ctx, newest, *accepted[0], accepted[len(accepted)-1].Version)
	}
}

// note changes the facts.
func (s *surveyor) note(change func(*Facts)) {
	s.lock.Lock()
	defer s.lock.Unlock()
	change(s.f)
}

func (s *surveyor) speaksSSL2(ctx context.Context) bool {
	conn, err := s.narrow().Dial(ctx, s.to)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_, err = conn.Write(ssl2Hello())
	return err == nil && IsSSL2(conn)
}

// suites asks what else the server would agree to below TLS 1.3; first is its answer
// to all suites by the newest version of these.
func (s *surveyor) suites(ctx context.Context, newest uint16, first Answer, oldest uint16) {
	s.note(func(f *Facts) { f.learn(first) })
	var asking sync.WaitGroup
	for _, version := range slices.Compact([]uint16{first.Version, oldest}) {
		asking.Go(func() { s.weak(ctx, version) })
	}
	asking.Go(func() { s.diffieHellman(ctx, first.Version) })
	asking.Go(func() { s.preference(ctx, first) })
	asking.Go(func() { s.flaws(ctx, first) })
	if newest != tls.VersionTLS13 && !isAEAD(suiteName(first.Suite)) {
		asking.Go(func() {
			_, ok := s.offer(ctx, first.Version, chosen(func(c suite) bool { return isAEAD(c.name) }), false)
			s.note(func(f *Facts) { f.CBCOnly = !ok && ctx.Err() == nil })
		})
	}
	if newest != tls.VersionTLS13 && !hasForwardSecrecy(suiteName(first.Suite)) {
		asking.Go(func() {
			_, ok := s.offer(ctx, first.Version, chosen(func(c suite) bool { return hasForwardSecrecy(c.name) }), false)
			s.note(func(f *Facts) { f.NoForwardSecrecy = !ok && ctx.Err() == nil })
		})
	}
	if oldest < first.Version {
		asking.Go(func() { s.fallback(ctx, oldest) })
	}
	asking.Wait()
}

// flaws looks for what is wrong with the software and not with what it agrees to.
func (s *surveyor) flaws(ctx context.Context, first Answer) {
	var asking sync.WaitGroup
	look := func(find func(context.Context, uint16) bool, note func(f *Facts)) {
		asking.Go(func() {
			if find(ctx, first.Version) {
				s.note(note)
			}
		})
	}
	if _, has := first.extension(extHeartbeat); has {
		look(s.heartbleed, func(f *Facts) { f.Heartbleed = true })
	}
	if _, has := first.extension(extTicket); has {
		look(s.ticketbleed, func(f *Facts) { f.Ticketbleed = true })
	}
	look(s.injection, func(f *Facts) { f.Injection = true })
	look(s.robot, func(f *Facts) { f.Robot = true })
	asking.Wait()
}

// weak offers nothing but weak suites, until the server refuses: each answer shows
// kinds, and the next hello leaves out what has no other.
func (s *surveyor) weak(ctx context.Context, version uint16) {
	var seen []string
	for range maxKinds {
		a, ok := s.offer(ctx, version, chosen(func(c suite) bool {
			return slices.ContainsFunc(c.kinds, func(kind string) bool { return !slices.Contains(seen, kind) })
		}), false)
		if !ok {
			return
		}
		name := suiteName(a.Suite)
		seen = append(seen, kindsOf(name)...)
		s.note(func(f *Facts) { f.weak(name) })
	}
}

// diffieHellman learns how long the prime is.
func (s *surveyor) diffieHellman(ctx context.Context, version uint16) {
	a, ok := s.offer(ctx, version, chosen(func(c suite) bool {
		return len(c.name) > 8 && c.name[:8] == "TLS_DHE_" && !slices.Contains(c.kinds, "export")
	}), true)
	if !ok {
		return
	}
	if prime, _, ok := takeVector(a.KeyExchange); ok {
		s.note(func(f *Facts) { f.DHBits = bitLength(prime) })
	}
}

func bitLength(number []byte) int {
	for i, b := range number {
		if b != 0 {
			return 8*(len(number)-i-1) + bits.Len8(b)
		}
	}
	return 0
}

// preference offers all suites the other way round.
func (s *surveyor) preference(ctx context.Context, first Answer) {
	ids := chosen(isAny)
	slices.Reverse(ids)
	if a, ok := s.offer(ctx, first.Version, ids, false); ok {
		s.note(func(f *Facts) { own := a.Suite == first.Suite; f.ServerPreference = &own })
	}
}

// fallback claims to have failed by a newer version (RFC 7507), which a server that
// knows one must refuse.
func (s *surveyor) fallback(ctx context.Context, version uint16) {
	const signal, inappropriate = 0x5600, 86
	a, ok := s.offer(ctx, version, append(chosen(isAny), signal), false)
	if ok || a.Alert == inappropriate {
		s.note(func(f *Facts) { guarded := !ok; f.FallbackSCSV = &guarded })
	}
}

// learn notes what an answer shows beside the suite.
func (f *Facts) learn(a Answer) {
	f.Compression = a.Compression != 0
	has := func(id uint16) bool { _, ok := a.extension(id); return ok }
	f.Heartbeat, f.Tickets, f.MasterSecret = has(extHeartbeat), has(extTicket), has(extMasterSecret)
	secure := has(extRenegotiate)
	f.SecureRenegotiation = &secure
	f.Stapled = f.Stapled || a.Stapled
	if f.ALPN == "" {
		f.ALPN = probe.Text([]byte(a.protocol()))
	}
}

// weak notes a weak suite.
func (f *Facts) weak(name string) {
	if !slices.Contains(f.WeakCiphers, name) {
		f.WeakCiphers = append(f.WeakCiphers, name)
		f.WeakKinds = append(f.WeakKinds, kindsOf(name)...)
	}
	slices.Sort(f.WeakCiphers)
	slices.Sort(f.WeakKinds)
	f.WeakKinds = slices.Compact(f.WeakKinds)
}

// add notes a version, oldest first.
func (f *Facts) add(version uint16, ok bool) {
	if name := VersionName(version); ok && !slices.Contains(f.Versions, name) {
		f.Versions = append(f.Versions, name)
		slices.Sort(f.Versions) // "SSLv2" < "SSLv3" < "TLSv1.0" < …
	}
}
