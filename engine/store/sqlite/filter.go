package sqlite

import (
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// readable is the condition that a user may read a scan: their own, and those of
// whoever is in the same team.
const readable = "owner_id IN (SELECT ? UNION SELECT mate.id FROM users AS me JOIN users AS mate ON mate.team_id = me.team_id WHERE me.id = ?)"

// complete is what [engine.Scan.Complete] says.
const complete = "state = 'done' AND summary ->> 'tasks_failed' = 0 AND summary ->> 'hosts_up' > 0"

// filterScans gives what follows "FROM scans" for filter: a condition, an order
// and a limit, with their arguments.
func filterScans(filter store.ScanFilter) (tail string, args []any) {
	where, args := filterConditions(filter)
	tail = "WHERE " + strings.Join(where, " AND ")
	if filter.InQueue {
		tail += " ORDER BY position, id"
	} else {
		tail += " ORDER BY id DESC"
	}
	if filter.Limit > 0 || filter.Offset > 0 {
		tail += " LIMIT ? OFFSET ?"
		args = append(args, sqlLimit(filter.Limit), filter.Offset)
	}
	return tail, args
}

// sqlLimit spells "all" as SQLite does.
func sqlLimit(limit int) int {
	if limit == 0 {
		return -1
	}
	return limit
}

// conditions collects the parts of a condition and their arguments.
type conditions struct {
	where []string
	args  []any
}

func (c *conditions) add(when bool, where string, args ...any) {
	if when {
		c.where, c.args = append(c.where, where), append(c.args, args...)
	}
}

func filterConditions(f store.ScanFilter) (where []string, args []any) {
	var c conditions
	c.add(!f.Deleted && !f.Erasing, "deleted_at IS NULL")
	c.add(f.Deleted, "deleted_at IS NOT NULL AND erasing_at IS NULL")
	c.add(f.Erasing, "erasing_at IS NOT NULL")
	c.add(!f.DeletedBefore.IsZero(), "deleted_at < ?", f.DeletedBefore.UnixMicro())
	c.add(!f.EndedBefore.IsZero(), "ended_at < ?", f.EndedBefore.UnixMicro())
	c.add(f.OwnerID != 0, "owner_id = ?", f.OwnerID)
	c.add(f.Reader != 0, readable, f.Reader, f.Reader)
	if len(f.States) > 0 {
		c.add(true, inStates(f.States))
	}
	c.add(f.Leased, "lease_owner <> ''")
	c.add(f.BeforeID != 0, "id < ?", f.BeforeID)
	c.add(f.TargetsDigest != "", "targets_key = ?", f.TargetsDigest)
	c.add(f.ConfigDigest != "", "config_digest = ?", f.ConfigDigest)
	c.add(f.Label != "", "label = ?", f.Label)
	c.add(f.Repository != "", "repository = ?", f.Repository)
	c.add(f.Branch != "", "branch = ? AND branch <> ''", f.Branch) // the index has only scans of a branch
	c.add(f.Commit != "", "commit_name = ? AND commit_name <> ''", f.Commit)
	c.add(f.Ports != "", "ports = ?", f.Ports)
	c.add(f.Complete, complete)
	if f.AheadOf != nil {
		c.add(true, "(position, id) < (?, ?)", f.AheadOf.Position, f.AheadOf.ID)
	}
	return c.where, c.args
}

// inStates writes the states out: SQLite uses the indices of some states only where it
// can see that it is those that are asked for.
func inStates(states []engine.State) string {
	quoted := make([]string, len(states))
	for i, state := range states {
		quoted[i] = "'" + strings.ReplaceAll(string(state), "'", "''") + "'"
	}
	if len(quoted) == 1 {
		return "state = " + quoted[0]
	}
	return "state IN (" + strings.Join(quoted, ", ") + ")"
}
