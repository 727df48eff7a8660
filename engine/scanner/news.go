package scanner

import (
	"net/netip"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/discovery"
)

// news is what discovery has found and nobody has looked at yet. Discovery must
// not wait, so it has no end; hosts that are open on every port, which would
// fill it, are one item.
type news struct {
	lock   sync.Mutex
	items  []newsItem
	isOver bool
	come   chan struct{} // holds one when there is something new
}

// newsItem is an open place, or a host that has answered.
type newsItem struct {
	transport string
	found     discovery.Found
	up        netip.Addr
}

func newNews() *news { return &news{come: make(chan struct{}, 1)} }

func (n *news) add(item newsItem) {
	n.lock.Lock()
	n.items = append(n.items, item)
	n.lock.Unlock()
	n.wake()
}

// end says that nothing more will come.
func (n *news) end() {
	n.lock.Lock()
	n.isOver = true
	n.lock.Unlock()
	n.wake()
}

func (n *news) wake() {
	select {
	case n.come <- struct{}{}:
	default:
	}
}

// next gives what has come since, waiting for the first; nil when nothing will.
func (n *news) next() []newsItem {
	for range n.come {
		n.lock.Lock()
		items, isOver := n.items, n.isOver
		n.items = nil
		n.lock.Unlock()
		if isOver && len(items) > 0 {
			n.wake() // for the end
		}
		if isOver || len(items) > 0 {
			return items
		}
	}
	return nil
}
