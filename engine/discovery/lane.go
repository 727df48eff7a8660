package discovery

import (
	"slices"
	"time"
)

// A host is in the fast lane until there is proof that it answers fewer attempts
// than it gets. The fast lane has a window: attempts that may be on their way.
// It grows by one with each answer, as in the slow start of RFC 5681 section 3.1, and
// doubles from time to time without any, since silence proves nothing: ports
// behind a firewall never answer.
//
// The proof comes from canaries: ports that have answered are asked again while
// others are silent. When they are silent too, the host or the way to it drops what
// is too much, and the host goes to the slow lane, which has a pace: attempts a
// second. The pace is tried for a while. If nearly all is answered it is doubled, if
// too little, it becomes what was answered a second and a quarter more. So a host
// that takes in 100 a second is asked 125 times: it always has something to
// answer, and a fifth is asked again. (That a rate is measured, not guessed from
// losses, is the idea of BBR: Cardwell et al., ACM Queue 14-5, 2016.)
//
//	fast ──doubt──▶ slow ──pace is high again, or slowness does not help──▶ fast
type lane struct {
	window float64
	grows  tick // when the window doubles next

	slow  bool
	pace  float64 // attempts a second
	next  tick    // when the next attempt may be sent
	since tick    // when the lane became slow: earlier attempts do not count
	trial trial
	share float64    // answered in the last trial
	got   [3]float64 // attempts a second that got through in the last trials
	// answers is a host that answers most places, so that it needs no canaries: they
	// would take from what it takes in.
	answers bool
	// growth is by what the pace grows when nearly all is answered: twofold until it
	// was too high once, then by as much as is the headroom.
	growth float64
	// top and topShare are the pace and the share answered where a row of ever slower
	// trials began, or 0. lossy is a host that loses whatever the pace: never slow again.
	top, topShare float64
	lossy         bool

	epoch    tick // answers are counted since
	answered int
	earlier  float64 // answers a second in the epoch before
}

const (
	firstWindow = 64
	// maxWindow is some 6,000 attempts a second at a host that never answers.
	maxWindow     = 4096
	windowDoubles = tick(100 * time.Millisecond)

	leastPace = 2.0
	// fastPace is from where on a pace is no different from a window.
	fastPace = 5000.0
	headroom = 1.25
	// enough and tooLittle are the shares answered above which a pace is doubled
	// and below which it is lowered; at headroom four fifths are answered.
	enough, tooLittle = 0.9, 0.7
	// answering is the share of places answered from which on silence is not what is
	// usual with a host, even at a pace that is twice too high.
	answering = 0.45

	// trialLength is a second because there are limits that count for each second: a
	// shorter trial would see all of what they let through, or nothing.
	trialLength = time.Second
	// steepest is the part of a pace that is left at least after one trial.
	steepest    = 0.25
	trialSize   = 8 // attempts at least
	epochLength = tick(250 * time.Millisecond)
)

// room is how many attempts may be on their way.
func (l *lane) room(now tick) int {
	if l.window == 0 {
		l.window, l.grows = firstWindow, now+windowDoubles
	}
	if now >= l.grows {
		l.window, l.grows = max(l.window, min(maxWindow, 2*l.window)), now+windowDoubles
	}
	return int(l.window)
}

// heard is told each answer.
func (l *lane) heard(now tick) {
	l.window = min(maxWindow, l.window+1)
	if passed := now - l.epoch; passed >= epochLength {
		l.earlier = float64(l.answered) / time.Duration(passed).Seconds()
		l.epoch, l.answered = now, 0
	}
	l.answered++
}

// rate is how many answers a second came lately.
func (l *lane) rate(now tick) float64 {
	passed := time.Duration(max(now-l.epoch, epochLength)).Seconds()
	return max(l.earlier, float64(l.answered)/passed)
}

func (l *lane) slowDown(now tick) {
	l.slow, l.since, l.share, l.growth, l.top = true, now, 0, 2, 0
	l.got = [3]float64{}
	l.pace = max(10*leastPace, headroom*l.rate(now))
	l.trial = l.newTrial(now)
}

// sent sets when the next attempt may follow one that is sent now. What a pace was
// late by, for up to tardy attempts, is made up for; gap is hard.
func (l *lane) sent(now, gap tick) {
	next := now + gap
	if l.slow {
		pause := tick(float64(time.Second) / l.pace)
		next = max(next, max(l.next, now-tardy*pause)+pause)
	}
	l.next = next
}

const tardy = 4

// slower lowers the pace to what was answered and the headroom. Were the host one
// that drops what is too much, then at an eighth of the pace eight times the share
// would come back; if it is hardly more, slowness does not help.
func (l *lane) slower(share float64) {
	if l.top == 0 {
		l.top, l.topShare = l.pace, share
	}
	l.growth = headroom
	l.pace = max(leastPace, min(l.pace, max(l.pace*steepest, headroom*slices.Max(l.got[:]))))
	if l.pace <= l.top/8 && share < 1.5*l.topShare {
		l.slow, l.lossy = false, true
	}
}

// trial is a stretch of time whose attempts are counted, with their answers.
type trial struct {
	begin, end         tick
	earlier            tick // how long it lasted before begin
	sent, answered     int
	canaries, returned int
}

func (l *lane) newTrial(now tick) trial {
	return trial{begin: now, end: now + tick(max(trialLength, time.Duration(trialSize/l.pace*float64(time.Second))))}
}

// rate is how many attempts a second the trial made.
func (t *trial) rate() float64 {
	return float64(t.sent+t.canaries) / time.Duration(t.earlier+t.end-t.begin).Seconds()
}

func (t *trial) covers(sent tick) bool { return t.begin <= sent && sent < t.end }

// add counts also what was counted before.
func (t *trial) add(before trial) {
	t.earlier += before.earlier + before.end - before.begin
	t.sent += before.sent
	t.answered += before.answered
	t.canaries += before.canaries
	t.returned += before.returned
}

// passed is the share of attempts that got through. Where most ports are silent
// only canaries can tell; ok is false when there were too few of them.
func (t *trial) passed() (share float64, ok bool) {
	if t.sent+t.canaries == 0 {
		return 0, false
	}
	share = float64(t.answered+t.returned) / float64(t.sent+t.canaries)
	if share >= answering {
		return share, true
	}
	if t.canaries < 3 {
		return 0, false
	}
	return max(share, float64(t.returned)/float64(t.canaries)), true
}

// judge ends a trial when all its answers must have come, and sets the pace.
func (l *lane) judge(now tick) {
	share, ok := l.trial.passed()
	if ok {
		l.got[0], l.got[1], l.got[2] = l.got[1], l.got[2], share*l.trial.rate()
	}
	switch {
	case !ok:
	case share >= enough:
		l.pace *= l.growth
		l.top = 0
	case share < tooLittle:
		l.slower(share)
	default:
		l.top = 0
	}
	before := l.trial
	l.answers = float64(before.answered) >= answering*float64(before.sent)
	if l.pace >= fastPace {
		l.slow = false
	}
	l.trial = l.newTrial(now)
	if !ok { // it goes on
		l.trial.add(before)
		return
	}
	l.share = share
}
