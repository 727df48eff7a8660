package sqlite

import (
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// filterIssues gives the condition for filter, with its arguments.
func filterIssues(f store.IssueFilter) (where string, args []any) {
	c := conditions{where: []string{"TRUE"}}
	c.add(f.Party != engine.Party{}, "party = ?", party{&f.Party})
	c.among("state", len(f.States), f.States)
	c.among("fingerprint", len(f.Fingerprints), f.Fingerprints)
	c.among("rule", len(f.Rules), f.Rules)
	levels := make([]int, len(f.Severities))
	for i, s := range f.Severities {
		levels[i] = engine.Critical.Rank() - s.Rank()
	}
	c.among("mildness", len(levels), levels)
	c.atTargets(f.Targets)
	c.add(f.Assignee != 0, "assignee_id = ?", f.Assignee)
	c.add(f.Unassigned, "assignee_id IS NULL")
	if f.Text != "" {
		c.add(true, `title || char(10) || rule || char(10) || target || char(10) || host || char(10) || ip || char(10) || path || char(10) || fingerprint LIKE ? ESCAPE '\'`, "%"+escapeLike(f.Text)+"%")
	}
	c.add(f.TurnedBy != 0, "id IN (SELECT issue_id FROM issue_changes WHERE scan_id = ? AND event = 'seen')", f.TurnedBy)
	c.add(!f.ExpiredBy.IsZero(), "expires_at <= ? AND state = 'accepted'", moment{&f.ExpiredBy})
	c.add(!f.There.IsZero(), "gone = 0 AND last_seen < ?", moment{&f.There})
	c.add(f.AfterID != 0, "id > ?", f.AfterID)
	return strings.Join(c.where, " AND "), c.args
}

// among asks for a column to have one of the values of a list; for n of 0 it asks nothing.
func (c *conditions) among(column string, n int, list any) {
	c.add(n > 0, column+" IN (SELECT value FROM json_each(?))", document{list})
}

// atTargets asks for one of targets in whatever column it may stand.
func (c *conditions) atTargets(targets []engine.Target) {
	if len(targets) == 0 {
		return
	}
	canonical := make([]engine.Target, len(targets))
	for i, t := range targets {
		canonical[i] = t.Canonical()
	}
	list := document{append(canonical, targets...)}
	const among = " IN (SELECT value FROM json_each(?))"
	c.add(true, "(target"+among+" OR host"+among+" OR ip"+among+")", list, list, list)
}

// escapeLike makes a text stand for itself in LIKE with ESCAPE '\'.
func escapeLike(text string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text)
}

// orderIssues gives what follows the condition.
func orderIssues(f store.IssueFilter, args []any) (tail string, _ []any) {
	tail = " ORDER BY mildness, last_seen DESC, id"
	if f.ByID || f.AfterID != 0 {
		tail = " ORDER BY id"
	}
	if f.Size == 0 && f.Start == 0 {
		return tail, args
	}
	size := f.Size
	if size == 0 {
		size = -1 // SQLite: no limit
	}
	return tail + " LIMIT ? OFFSET ?", append(args, size, f.Start)
}
