package resolver

import (
	"context"
	"sync"
)

const (
	// firstWindow is how many questions are out at the beginning, and at least: a
	// server holds some 270 small datagrams in its socket's buffer.
	firstWindow = 128
	// tooMuchLoss is the share of silent questions, one in ten, from which it is the
	// server that is overrun and not some names whose own servers are dead.
	tooMuchLoss = 10
)

// window is how many questions may be out. A server that is overrun says nothing
// about it, it only loses questions: so the window doubles until many are lost,
// then it is halved, and from then on it grows slowly. It judges once for each
// window of questions.
type window struct {
	lock   sync.Mutex
	size   int // as decided
	most   int
	tokens chan struct{} // one for each question that may go out now
	debt   int           // tokens to take away as they come back
	ended  int           // questions since the last verdict
	lost   int
	slow   bool // it has been halved
}

func newWindow(most int) *window {
	w := &window{size: min(firstWindow, most), most: most, tokens: make(chan struct{}, most)}
	w.grant(w.size)
	return w
}

func (w *window) grant(n int) {
	for range n {
		w.tokens <- struct{}{} // never waits: there are at most most tokens
	}
}

// enter waits until a question may go out.
func (w *window) enter(ctx context.Context) error {
	select {
	case <-w.tokens:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave says that a question is over, and whether it was lost.
func (w *window) leave(lost bool) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.ended++
	if lost {
		w.lost++
	}
	if w.debt > 0 {
		w.debt--
	} else {
		w.grant(1)
	}
	if w.ended >= w.size {
		w.judgeLocked()
	}
}

func (w *window) judgeLocked() {
	size := min(w.most, w.size+w.size/8)
	switch {
	case w.lost*tooMuchLoss > w.ended:
		size, w.slow = min(w.size, max(w.size/2, firstWindow)), true
	case !w.slow:
		size = min(w.most, 2*w.size)
	}
	change := size - w.size
	w.size, w.ended, w.lost = size, 0, 0
	if change < 0 {
		w.debt -= change
		return
	}
	paid := min(change, w.debt)
	w.debt -= paid
	w.grant(change - paid)
}
