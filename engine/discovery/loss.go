package discovery

import "math"

// loss counts attempts whose fate is known: answered, or proved to be lost by a
// later answer from the same place.
type loss struct{ known, lost float64 }

func (l *loss) add(answered, lost int) {
	l.known += float64(answered + lost)
	l.lost += float64(lost)
}

const (
	// prior is how many attempts' worth the experience with everybody counts for when one
	// host is judged, and firstGuess the share that is lost before there is any.
	prior      = 8
	firstGuess = 0.01
)

// share is the estimated share that is lost, given what is usual.
func (l loss) share(usual float64) float64 {
	return (l.lost + prior*usual) / (l.known + prior)
}

const (
	// missed is how improbable it shall be that an open port of a host that answers
	// has been silent each time: 1 in 10,000, ten times better than the recall wanted
	// on lossy ways. missedUnknown is the same where no host is known to be.
	missed        = 1e-4
	missedUnknown = 1e-3

	minTries, maxTries               = 2, 10
	minTriesUnknown, maxTriesUnknown = 2, 4
)

// A host that has never answered gets only fewRetries when of lossless attempts at least
// hardly any, losslessShare, were lost: a packet that is lost says nothing, but then a
// host whose one open port was missed is one in a thousand of those that have one.
const (
	lossless, losslessShare = 500, 0.001
	fewRetries              = 16
)

// triesFor is how many attempts make it as improbable as wanted that all are lost.
func triesFor(share, wanted float64, least, most int) int {
	share = min(0.9, max(1e-6, share))
	return min(most, max(least, int(math.Ceil(math.Log(wanted)/math.Log(share)-1e-9))))
}
