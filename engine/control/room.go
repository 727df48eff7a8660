package control

import (
	"context"
	"errors"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// What becomes of scans when the disk fills: those that run end and say why, those that
// wait go on waiting, new ones are refused. Something is left over by then for the ends
// to be put on record, see index.Reserve; where another program takes that too, they are
// put on record when there is room again.

// roomTime is how often it is tried to put an end on record for which there is no room.
const roomTime = time.Second

// spoil ends a run because there is no room for what it finds.
func (r *run) spoil(err error) {
	var full *engine.Error
	errors.As(err, &full) // its words alone are the last step of the scan
	select {
	case r.spoilt <- full:
	default: // it ends already
	}
}

// hasRoom reports whether there is room for scans to begin. It says so when that changes.
func (c *Control) hasRoom(ctx context.Context) bool {
	err := c.Shelf.Room()
	if err != nil && !c.isFull {
		c.report(ctx, "no scan is begun", err)
	}
	c.isFull = err != nil
	return err == nil
}

// endSurely is end, again while there is no room to put it on record, for as long as the
// process lives. Whoever finds the scan then begins it anew.
func (c *Control) endSurely(life context.Context, id engine.ScanID, cause error) {
	after := context.WithoutCancel(life)
	again := time.NewTicker(roomTime)
	defer again.Stop()
	for told := false; ; told = true {
		err := c.end(after, id, cause)
		if !told || !engine.IsDiskFull(err) {
			c.report(after, "end scan", err)
		}
		if !engine.IsDiskFull(err) {
			return
		}
		select {
		case <-again.C:
		case <-life.Done():
			return
		}
	}
}
