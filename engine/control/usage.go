package control

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// coarse is how exactly the last use of a key is kept: enough to see which are no
// longer in use, and no write for each request.
const coarse = time.Hour

// saw notes that a key was used.
func (t *throttles) saw(key engine.Key) {
	at := now().Truncate(coarse)
	if key.LastUsedAt != nil && !key.LastUsedAt.Before(at) {
		return
	}
	t.lock.Lock()
	defer t.lock.Unlock()
	t.used[key.ID] = at
}

// takeUsed gives the uses that are to be written, and forgets them.
func (t *throttles) takeUsed() map[engine.KeyID]time.Time {
	t.lock.Lock()
	defer t.lock.Unlock()
	used := t.used
	t.used = map[engine.KeyID]time.Time{}
	return used
}

func (t *throttles) all() []*throttle {
	t.lock.Lock()
	defer t.lock.Unlock()
	return slices.Collect(maps.Values(t.byUser))
}

// WriteUsage puts on record what was only counted so far: requests, and uses of
// keys. [Control.Run] does so now and then, and at its end.
func (c *Control) WriteUsage(ctx context.Context) error {
	var errs []error
	for _, t := range c.throttles.all() {
		t.lock.Lock()
		errs = append(errs, t.writeLocked(ctx, c.Store))
		t.lock.Unlock()
	}
	used := c.throttles.takeUsed()
	if len(used) == 0 {
		return errors.Join(errs...)
	}
	err := c.Store.Update(ctx, func(tx store.Tx) error {
		for id, at := range used {
			if err := tx.UseKey(id, at); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(append(errs, err)...)
}
