package engine

import (
	"fmt"
	"slices"
)

// TargetGroupKind is the kind of the records of target groups.
const TargetGroupKind RecordKind = "target-group"

// MaxGroupTargets is how many targets a group may have.
const MaxGroupTargets = 10_000

// TargetGroup is targets that belong together, under a name.
type TargetGroup struct {
	Stamp

	Name        string     `json:"name"`
	Description string     `json:"description"`
	TargetIDs   []RecordID `json:"target_ids"` // sorted, each once
}

var (
	_ Noun      = (*TargetGroup)(nil)
	_ Referring = (*TargetGroup)(nil)
)

// RecordKind implements [Noun].
func (*TargetGroup) RecordKind() RecordKind { return TargetGroupKind }

// RecordName implements [Noun].
func (g *TargetGroup) RecordName() string { return g.Name }

// References implements [Referring].
func (g *TargetGroup) References() []Reference {
	return ReferencesTo(DeclaredTargetKind, "target_ids", g.TargetIDs)
}

// ReferencesTo gives the references of a list of ids in a member.
func ReferencesTo(kind RecordKind, field string, ids []RecordID) []Reference {
	list := make([]Reference, len(ids))
	for i, id := range ids {
		list[i] = Reference{Field: fmt.Sprintf("%s[%d]", field, i), Kind: kind, ID: id}
	}
	return list
}

// Validate implements [Noun].
func (g *TargetGroup) Validate() error {
	if err := ValidateRecordName(g.Name); err != nil {
		return err
	}
	if n := len(g.TargetIDs); n > MaxGroupTargets {
		return &Error{
			Kind: Invalid, Title: "Too many targets", Field: "target_ids", Detail: fmt.Sprintf("the group has %d targets, at most %d are taken", n, MaxGroupTargets),
			Hint: "make several groups", Limit: MaxGroupTargets, Current: int64(n),
		}
	}
	return validateDescription(g.Description)
}

// Settle gives a valid group the form it is kept in.
func (g *TargetGroup) Settle() {
	g.TargetIDs = slices.Compact(slices.Sorted(slices.Values(g.TargetIDs)))
	if g.TargetIDs == nil {
		g.TargetIDs = []RecordID{}
	}
}
