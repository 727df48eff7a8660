package control

import (
	"context"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// claimOutcome says what came of looking for the next scan.
type claimOutcome int

const (
	queueEmpty claimOutcome = iota // nothing this process may run is pending
	queueFull                      // no slot is free, or none for those who wait
	claimed
)

// claim takes the pending scan whose turn it is, if a slot is free for it.
func (c *Control) claim(ctx context.Context) (scan engine.Scan, outcome claimOutcome, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		_, outcome, err = c.nextScan(tx)
		return err
	})
	if err != nil || outcome != claimed {
		return engine.Scan{}, outcome, err
	}
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		var id engine.ScanID
		if id, outcome, err = c.nextScan(tx); err != nil || outcome != claimed {
			return err
		}
		if scan, err = tx.Scan(id); err != nil {
			return err
		}
		at := now()
		scan.Lease, scan.ClaimedAt = c.lease(), &at
		scan.Attempts++
		if err := scan.Advance(engine.StateScheduled, "Scan queued", at); err != nil {
			return err
		}
		return tx.SaveScan(&scan)
	})
	return scan, outcome, err
}

// nextScan finds the scan whose turn it is. How many run is asked first: it costs
// nothing, however long the queue.
func (c *Control) nextScan(tx store.Tx) (engine.ScanID, claimOutcome, error) {
	running, err := tx.Running()
	if err != nil {
		return 0, queueEmpty, err
	}
	total := 0
	for _, n := range running {
		total += n
	}
	if total >= c.Slots {
		return 0, queueFull, nil
	}
	heads, err := c.startable(tx)
	if err != nil || len(heads) == 0 {
		return 0, queueEmpty, err
	}
	return c.whoseTurn(tx, heads, running)
}

// startable gives the first scan of everybody that this process may run. A scan that
// lives with a process is run by that process, any other by whoever is there to stay.
func (c *Control) startable(tx store.Tx) ([]store.Waiting, error) {
	process := ""
	if c.Attached {
		process = string(c.Process)
	}
	heads, err := tx.Heads(process)
	return slices.DeleteFunc(heads, func(w store.Waiting) bool { return !c.mayStart(w) }), err
}

// mayStart: a scan that was taken from this process while it slept waits until the run
// it had here has noticed.
func (c *Control) mayStart(w store.Waiting) bool { return !c.runs.has(w.ID) }

// party is who takes turns: a team, or somebody who is in none.
type party struct {
	head    store.Waiting // their scan that is next
	running int           // scans of theirs that run
	claimed time.Time     // when a scan of theirs was claimed last
	limit   int           // how many may run at once, 0 for as many as there are slots
}

// whoseTurn lets those go first who have the fewest scans running, and among them those
// whose last turn is longest ago, so that a long queue of one keeps no other waiting.
// Within a party the order of the queue holds.
func (c *Control) whoseTurn(tx store.Tx, heads []store.Waiting, running map[engine.UserID]int) (engine.ScanID, claimOutcome, error) {
	var best *party
	for _, head := range heads {
		p, err := c.partyOf(tx, head, running)
		if err != nil {
			return 0, queueEmpty, err
		}
		if p.limit > 0 && p.running >= p.limit {
			continue
		}
		if best == nil || p.before(*best) {
			best = &p
		}
	}
	if best == nil {
		return 0, queueFull, nil
	}
	return best.head.ID, claimed, nil
}

// before: of equals the one whose scan stands first in the queue stays first.
func (p party) before(q party) bool {
	if p.running != q.running {
		return p.running < q.running
	}
	return p.claimed.Before(q.claimed)
}

// partyOf gives the party of the owner of a scan: a team takes turns as one.
func (c *Control) partyOf(tx store.Tx, head store.Waiting, running map[engine.UserID]int) (party, error) {
	p := party{head: head, limit: c.scansAtOnce(tx, head.OwnerID)}
	members, err := membersWith(tx, head.OwnerID)
	for _, member := range members {
		p.running += running[member]
		claimed, err := tx.LastClaim(member)
		if err != nil {
			return p, err
		}
		if claimed.After(p.claimed) {
			p.claimed = claimed
		}
	}
	return p, err
}

// scansAtOnce is how many scans the plan of an owner lets run at the same time, 0 for
// as many as there are slots. What waits already is run in any case, one at a time
// where the plan has no scanner any more.
func (c *Control) scansAtOnce(tx store.Tx, owner engine.UserID) int {
	plan, err := c.planOf(tx, owner)
	if err != nil || plan.ScansAtOnce == engine.Unlimited {
		return 0
	}
	return int(max(1, plan.ScansAtOnce))
}

// membersWith gives a user and everybody who is in the same team.
func membersWith(tx store.Tx, id engine.UserID) ([]engine.UserID, error) {
	user, err := tx.User(id)
	if engine.KindOf(err) == engine.NotFound || err == nil && user.TeamID == 0 {
		return []engine.UserID{id}, nil
	}
	if err != nil {
		return nil, err
	}
	members, err := tx.Users(store.UserFilter{TeamID: user.TeamID})
	ids := make([]engine.UserID, len(members))
	for i, member := range members {
		ids[i] = member.ID
	}
	return ids, err
}
