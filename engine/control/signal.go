package control

import (
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// signal tells one listener that something happened, any number of times as one.
type signal chan struct{}

func newSignal() signal { return make(signal, 1) }

func (s signal) raise() {
	select {
	case s <- struct{}{}:
	default:
	}
}

// notifier tells any number of listeners that a scan changed.
type notifier struct {
	lock    sync.Mutex
	waiting map[engine.ScanID]chan struct{}
}

func newNotifier() *notifier { return &notifier{waiting: map[engine.ScanID]chan struct{}{}} }

// changed gives a channel that is closed at the next change of the scan. Ask for it
// before reading the scan, so that no change falls in between.
func (n *notifier) changed(id engine.ScanID) <-chan struct{} {
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.waiting[id] == nil {
		n.waiting[id] = make(chan struct{})
	}
	return n.waiting[id]
}

func (n *notifier) notify(id engine.ScanID) {
	n.lock.Lock()
	defer n.lock.Unlock()
	if c := n.waiting[id]; c != nil {
		close(c)
		delete(n.waiting, id)
	}
}
