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
// second. The pace is tried for a while. If nearly all is answered it becomes higher, if
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
	// growth is by what the pace grows when nearly all is answered: boldly until it
	// was too high once, then by as much as is the headroom.
	growth float64
	// top and topShare are the pace and the share answered where a row of ever slower
	// trials began, or 0. lossy is a host that loses whatever the pace: never slow again.
	top, topShare float64
	lossy         bool
	halvings      int

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
	boldly   = 4.0
	// enough and tooLittle are the shares answered above which a pace is raised
	// and below which it is lowered; at headroom four fifths are answered.
	enough, tooLittle = 0.9, 0.7
	// mostHalvings is how often a host is tried again at half the pace: to 1/64.
	mostHalvings = 6
	// steepest is the part of a pace that is left at least after one trial.
	steepest = 0.25
	// tardy is for how many attempts a pace makes up when our own system was late.
	tardy = 4

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
	l.slow, l.since, l.share, l.growth, l.top = true, now, 0, boldly, 0
	l.got = [3]float64{}
	l.pace = max(10*leastPace, headroom*l.rate(now))
	l.trial = l.newTrial(now)
}

// sent sets when the next attempt may follow one that is sent now. What a pace was
// late by is made up for; gap is hard.
func (l *lane) sent(now, gap tick) {
	next := now + gap
	if l.slow {
		pause := tick(float64(time.Second) / l.pace)
		next = max(next, max(l.next, now-tardy*pause)+pause)
	}
	l.next = next
}

// judge ends a trial when all its answers must have come, and sets the pace. It gives
// the share that got through, if that can be told already.
func (l *lane) judge(now tick) (share float64, ok bool) {
	share, ok = l.trial.passed()
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
		return 0, false
	}
	l.share = share
	return share, true
}

// hurries tells whether too much of what was sent lately was dropped for silence to
// mean anything, and if so halves the pace. Of a host that refuses most ports the share
// is known exactly, of a silent one a few canaries tell it.
func (l *lane) hurries(refuses bool) bool {
	least := answering
	if refuses {
		least = tooLittle
	}
	if !l.slow || l.share >= least || l.halvings == mostHalvings {
		return false
	}
	l.halvings++
	l.pace = max(leastPace, l.pace/2)
	return true
}

// careful makes the pace half of what got through, so that nothing is too much.
func (l *lane) careful() {
	if got := slices.Max(l.got[:]); got > 0 {
		l.pace = max(leastPace, min(l.pace, got/2))
	}
}

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
