package discovery

import "time"

// trial is a stretch of time whose attempts are counted, with their answers.
type trial struct {
	begin, end         tick
	earlier            tick // how long it lasted before begin
	sent, answered     int
	canaries, returned int
}

const (
	// trialLength is a second because there are limits that count for each second: a
	// shorter trial would see all of what they let through, or nothing.
	trialLength = time.Second
	// firstLength is what a trial lasts as long as no pace was too high: perhaps the
	// host is not one that drops.
	firstLength = 250 * time.Millisecond
	// trialSize is how many attempts it is long enough for, at least.
	trialSize = 8
	// answering is the share of places answered from which on silence is not what is
	// usual with a host, even at a pace that is twice too high. Where less is answered
	// only canaries can tell, fewCanaries of them if they agree, else enoughCanaries.
	answering                   = 0.45
	fewCanaries, enoughCanaries = 3, 8
)

func (l *lane) newTrial(now tick) trial {
	length := trialLength
	if l.growth == boldly {
		length = firstLength
	}
	return trial{begin: now, end: now + tick(max(length, time.Duration(trialSize/l.pace*float64(time.Second))))}
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
	unanimous := t.returned == 0 || t.returned == t.canaries
	if t.canaries < fewCanaries || t.canaries < enoughCanaries && !unanimous {
		return 0, false
	}
	return max(share, float64(t.returned)/float64(t.canaries)), true
}
