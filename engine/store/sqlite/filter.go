package sqlite

import (
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// readable is the condition that a user may read a scan: their own, and those of
// whoever is in the same team.
const readable = "owner_id IN (SELECT ? UNION SELECT mate.id FROM users AS me JOIN users AS mate ON mate.team_id = me.team_id WHERE me.id = ?)"

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
	if filter.Limit > 0 {
		tail += " LIMIT ?"
		args = append(args, filter.Limit)
	}
	return tail, args
}

func filterConditions(filter store.ScanFilter) (where []string, args []any) {
	where = []string{"deleted_at IS NULL"}
	if filter.Deleted {
		where[0] = "deleted_at IS NOT NULL"
	}
	if filter.OwnerID != 0 {
		where, args = append(where, "owner_id = ?"), append(args, filter.OwnerID)
	}
	if filter.Reader != 0 {
		where, args = append(where, readable), append(args, filter.Reader, filter.Reader)
	}
	if len(filter.States) > 0 {
		where = append(where, "state IN (?"+strings.Repeat(", ?", len(filter.States)-1)+")")
		for _, state := range filter.States {
			args = append(args, state)
		}
	}
	if filter.Leased {
		where = append(where, "lease_owner <> ''")
	}
	if filter.BeforeID != 0 {
		where, args = append(where, "id < ?"), append(args, filter.BeforeID)
	}
	return where, args
}
