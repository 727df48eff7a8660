package control

import (
	"math"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// paceScans is from how many of the scans done last the pace of the engine is taken.
const paceScans = 10

// asSeenBy fills the members of scans that depend on who looks, and when. The place of
// a pending scan is counted among those the caller may see, because that is the queue
// the caller can change: 1 is next.
func (c *Control) asSeenBy(tx store.Tx, caller engine.User, scans []*engine.Scan) error {
	unended := slices.ContainsFunc(scans, func(s *engine.Scan) bool { return !s.State().Final() })
	var outlook outlook
	var err error
	if unended {
		if outlook, err = c.outlook(tx); err != nil {
			return err
		}
	}
	for _, scan := range scans {
		if scan.State() != engine.StatePending {
			scan.EstimatedTime = outlook.running(*scan, now())
		}
		if scan.State().Final() {
			if err := tellCoins(tx, scan); err != nil {
				return err
			}
		}
	}
	pending := slices.DeleteFunc(slices.Clone(scans), func(s *engine.Scan) bool { return s.State() != engine.StatePending })
	if err := placePending(tx, caller, outlook, pending); err != nil {
		return err
	}
	return owners(tx, caller, scans)
}

// tellCoins adds up what an ended scan has cost.
func tellCoins(tx store.Tx, scan *engine.Scan) error {
	entries, err := tx.ScanCoins(scan.ID)
	scan.CoinsSpent = 0
	for _, e := range entries {
		scan.CoinsSpent += e.Taken
	}
	return err
}

// placePending asks for the place of one scan, and reads the queue once for several.
func placePending(tx store.Tx, caller engine.User, outlook outlook, scans []*engine.Scan) error {
	switch len(scans) {
	case 0:
		return nil
	case 1:
		return placeOne(tx, caller, outlook, scans[0])
	}
	seen, err := tx.Waiting(caller.ID)
	if err != nil {
		return err
	}
	all, err := tx.Waiting(0)
	if err != nil {
		return err
	}
	places, ahead := make(map[engine.ScanID]int, len(seen)), make(map[engine.ScanID]int64, len(all))
	for i, w := range seen {
		places[w.ID] = i + 1
	}
	work := int64(0)
	for _, w := range all {
		ahead[w.ID] = work
		work += w.Work
	}
	for _, scan := range scans {
		scan.QueuePosition, scan.EstimatedTime = new(places[scan.ID]), outlook.pending(*scan, ahead[scan.ID])
	}
	return nil
}

func placeOne(tx store.Tx, caller engine.User, outlook outlook, scan *engine.Scan) error {
	before := store.ScanFilter{States: []engine.State{engine.StatePending}, AheadOf: scan}
	ahead, err := tx.Work(before)
	if err != nil {
		return err
	}
	before.Reader = caller.ID
	n, err := tx.CountScans(before)
	if err != nil {
		return err
	}
	scan.QueuePosition, scan.EstimatedTime = new(int(n)+1), outlook.pending(*scan, ahead)
	return nil
}

// outlook is what estimates are made from.
type outlook struct {
	pace  float64 // work one scan does in a second, 0 if nothing was measured yet
	left  int64   // work the running scans have left
	free  bool    // a slot is free
	slots int
}

func (c *Control) outlook(tx store.Tx) (o outlook, err error) {
	work, took, err := tx.Pace(paceScans)
	if err != nil {
		return o, err
	}
	if took > 0 {
		o.pace = float64(work) / took.Seconds()
	}
	running := store.ScanFilter{States: []engine.State{engine.StateScheduled, engine.StateScanning}}
	if o.left, err = tx.Work(running); err != nil {
		return o, err
	}
	n, err := tx.CountScans(running)
	o.slots = max(1, c.Slots)
	o.free = n < int64(o.slots)
	return o, err
}

// pending estimates how many seconds it is until a scan is done that has work ahead of
// it in the queue: what is ahead is shared by all slots. nil is not known.
func (o outlook) pending(scan engine.Scan, ahead int64) *float64 {
	if o.pace == 0 || scan.Work == 0 {
		return nil
	}
	wait := float64(o.left+ahead) / (o.pace * float64(o.slots))
	if o.free && ahead == 0 {
		wait = 0
	}
	return seconds(wait + float64(scan.Work)/o.pace)
}

// running estimates how many seconds a scan that runs has left, by its own pace once
// it has one.
func (o outlook) running(scan engine.Scan, at time.Time) *float64 {
	if scan.State().Final() || scan.Work == 0 || scan.StartedAt == nil {
		return nil
	}
	pace := o.pace
	if elapsed := at.Sub(*scan.StartedAt).Seconds(); scan.WorkDone > 0 && elapsed > 0 {
		pace = float64(scan.WorkDone) / elapsed
	}
	if pace == 0 {
		return nil
	}
	return seconds(float64(scan.Work-scan.WorkDone) / pace)
}

func seconds(s float64) *float64 { return new(math.Ceil(s)) }

// shiftPosition moves scan in the queue; the scans it passes take each other's
// places, so that scans the caller cannot see stay where they are.
func shiftPosition(tx store.Tx, caller engine.User, scan *engine.Scan, shift int) error {
	queue, err := tx.Waiting(caller.ID)
	if err != nil {
		return err
	}
	places := make([]int64, len(queue))
	for i := range queue {
		places[i] = queue[i].Position
	}
	from := slices.IndexFunc(queue, func(q store.Waiting) bool { return q.ID == scan.ID })
	to := from + max(-from, min(shift, len(queue)-1-from))
	moved := queue[from]
	queue = slices.Insert(slices.Delete(queue, from, from+1), to, moved)
	for i := min(from, to); i <= max(from, to); i++ {
		if err := tx.Move(queue[i].ID, places[i]); err != nil {
			return err
		}
	}
	scan.Position = places[to]
	return nil
}
