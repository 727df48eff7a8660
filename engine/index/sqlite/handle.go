package sqlite

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// maxIdle is how many files stay open while nobody uses them: a file costs up
// to 5 connections with 3 descriptors each, and the usual limit is 1024.
const maxIdle = 32

// handle is a place in the cache of open files. It is closed when it has been
// dropped from the cache and the last user has released it.
type handle struct {
	id   engine.ScanID
	used uint64 // when it was last taken, by the cache's own clock
	refs int    // users; like used guarded by the cache
	gone chan struct{}

	opening sync.Mutex
	file    *file // nil until opened
}

// cache keeps files open between uses, the most recently used ones.
type cache struct {
	mu      sync.Mutex
	clock   uint64
	handles map[engine.ScanID]*handle
	closed  bool
}

// hold gives the handle of a scan and counts the caller as its user; nil when
// the cache is closed. An idle handle above the bound is closed.
func (c *cache) hold(id engine.ScanID) *handle {
	h, evicted := c.take(id)
	evicted.close()
	return h
}

func (c *cache) take(id engine.ScanID) (h, evicted *handle) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, nil
	}
	h, ok := c.handles[id]
	if !ok {
		evicted = c.evictLocked()
		h = &handle{id: id, gone: make(chan struct{})}
		c.handles[id] = h
	}
	c.clock++
	h.used = c.clock
	h.refs++
	return h, evicted
}

// evictLocked makes room for one more handle by dropping the idle one whose last
// use is longest ago. Handles in use stay, however many they are.
func (c *cache) evictLocked() *handle {
	if len(c.handles) < maxIdle {
		return nil
	}
	var oldest *handle
	for _, h := range c.handles {
		if h.refs == 0 && (oldest == nil || h.used < oldest.used) {
			oldest = h
		}
	}
	return c.dropLocked(oldest)
}

// release ends a use that began with hold.
func (c *cache) release(h *handle) {
	c.mu.Lock()
	h.refs--
	isLast := h.refs == 0 && c.handles[h.id] != h
	c.mu.Unlock()
	if isLast {
		h.close()
	}
}

// drop forgets h, so that the next use opens the file again.
func (c *cache) drop(h *handle) {
	c.mu.Lock()
	var idle *handle
	if c.handles[h.id] == h {
		idle = c.dropLocked(h)
	}
	c.mu.Unlock()
	idle.close()
}

// dropLocked forgets a handle, and gives it back if nobody uses it: then the
// caller closes it, without the lock, because that may take a while.
func (c *cache) dropLocked(h *handle) (idle *handle) {
	if h == nil {
		return nil
	}
	delete(c.handles, h.id)
	if h.refs > 0 {
		return nil
	}
	return h
}

// expel forgets the handle of a scan and waits until nobody uses it.
func (c *cache) expel(ctx context.Context, id engine.ScanID) error {
	c.mu.Lock()
	h := c.handles[id]
	idle := c.dropLocked(h)
	c.mu.Unlock()
	idle.close()
	if h == nil {
		return nil
	}
	select {
	case <-h.gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close closes the cache for good and waits for those who still use a file.
func (c *cache) close() {
	c.mu.Lock()
	c.closed = true
	leaving := slices.Collect(maps.Values(c.handles))
	idle := make([]*handle, len(leaving))
	for i, h := range leaving {
		idle[i] = c.dropLocked(h)
	}
	c.mu.Unlock()
	for i, h := range leaving {
		idle[i].close()
		<-h.gone
	}
}

// open opens the file unless it is open already.
func (h *handle) open(ctx context.Context, path string, create bool) (err error) {
	h.opening.Lock()
	defer h.opening.Unlock()
	if h.file == nil {
		h.file, err = openFile(ctx, h.id, path, create)
	}
	return err
}

// close is called once, when nobody uses the handle and nobody can find it. No
// handle is closed already.
func (h *handle) close() {
	if h == nil {
		return
	}
	if h.file != nil {
		// Every commit is on the disk already: there is nothing left that could fail and matter.
		_ = h.file.close()
	}
	close(h.gone)
}
