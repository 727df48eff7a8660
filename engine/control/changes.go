package control

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// elsewhereTime is how often it is looked at what other processes have changed: of that
// this one is not told.
const elsewhereTime = 250 * time.Millisecond

// changes tells any number of followers that a scan changed: at once what this process
// changes, and within elsewhereTime what others do. However many follow, the store is
// asked once for all of them.
type changes struct {
	store store.Store

	lock     sync.Mutex // guards all below
	followed map[engine.ScanID]*followed
	looking  bool // a goroutine looks at what others change
}

// followed is a scan that somebody follows.
type followed struct {
	changed   chan struct{} // closed at the next change
	followers int
	revision  int64 // last seen by the look at other processes, -1 before the first
}

func newChanges(s store.Store) *changes {
	return &changes{store: s, followed: map[engine.ScanID]*followed{}}
}

// follow begins to follow a scan until leave is called. next gives a channel that is
// closed at the next change: ask for it before reading the scan, so that no change
// falls in between.
func (c *changes) follow(ctx context.Context, id engine.ScanID) (next func() <-chan struct{}, leave func()) {
	c.lock.Lock()
	defer c.lock.Unlock()
	f := c.followed[id]
	if f == nil {
		f = &followed{changed: make(chan struct{}), revision: -1}
		c.followed[id] = f
	}
	f.followers++
	if !c.looking {
		c.looking = true
		go c.lookElsewhere(context.WithoutCancel(ctx))
	}
	next = func() <-chan struct{} {
		c.lock.Lock()
		defer c.lock.Unlock()
		return f.changed
	}
	return next, func() { c.leave(id, f) }
}

func (c *changes) leave(id engine.ScanID, f *followed) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if f.followers--; f.followers == 0 {
		delete(c.followed, id)
	}
}

// notify wakes the followers of a scan.
func (c *changes) notify(id engine.ScanID) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.notifyLocked(id)
}

func (c *changes) notifyLocked(id engine.ScanID) {
	if f := c.followed[id]; f != nil {
		close(f.changed)
		f.changed = make(chan struct{})
	}
}

// lookElsewhere notices what other processes change until nobody follows any more.
func (c *changes) lookElsewhere(ctx context.Context) {
	tick := time.NewTicker(elsewhereTime)
	defer tick.Stop()
	for range tick.C {
		ids := c.ids()
		if ids == nil {
			return
		}
		var revisions map[engine.ScanID]int64
		err := c.store.View(ctx, func(tx store.Tx) (err error) {
			revisions, err = tx.Revisions(ids)
			return err
		})
		if err == nil { // else the next look may see what this one could not
			c.compare(ids, revisions)
		}
	}
}

// ids gives the scans that are followed; nil ends looking.
func (c *changes) ids() []engine.ScanID {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.looking = len(c.followed) > 0
	return slices.Collect(maps.Keys(c.followed))
}

// compare wakes the followers of scans with another revision than before. The first one
// seen is one too: the scan may have changed since it was read. An erased one has none.
func (c *changes) compare(ids []engine.ScanID, revisions map[engine.ScanID]int64) {
	c.lock.Lock()
	defer c.lock.Unlock()
	for _, id := range ids {
		if f := c.followed[id]; f != nil && f.revision != revisions[id] {
			f.revision = revisions[id]
			c.notifyLocked(id)
		}
	}
}
