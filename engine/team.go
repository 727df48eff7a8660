package engine

import "time"

// TeamID numbers a team; ids are never used again.
type TeamID int64

// Team is people who may read each other's scans and search what they found. Only
// the owner of a scan changes, cancels, deletes or restores it. A user is in one
// team at most, so that who sees what has one answer.
type Team struct {
	ID        TeamID
	Name      string // unique, whatever its case
	CreatedAt time.Time
}

// Validate reports a name a team may not have.
func (t Team) Validate() error {
	if t.Name == "" {
		return badName("name", "the name is empty", "choose one")
	}
	return validateName("name", t.Name)
}
