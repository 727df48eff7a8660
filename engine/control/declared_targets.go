package control

import (
	"fmt"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// DeclaredTargets keeps targets.
func (c *Control) DeclaredTargets() Records[engine.DeclaredTarget, *engine.DeclaredTarget] {
	return Records[engine.DeclaredTarget, *engine.DeclaredTarget]{control: c, rules: recordRules[engine.DeclaredTarget]{admit: c.admitTarget}}
}

// admitTarget says in the words of a target what the store says of names.
func (c *Control) admitTarget(tx store.Tx, party engine.Party, before, next *engine.DeclaredTarget) error {
	if err := c.Scope.PermitTarget(next.Address); err != nil {
		return engine.In("address", err)
	}
	next.Settle(before)
	twins, err := tx.Records(store.RecordFilter{Kind: engine.DeclaredTargetKind, Party: party, Name: string(next.Address)})
	if err != nil || len(twins) == 0 || before != nil && twins[0].ID == before.ID {
		return err
	}
	return &engine.Error{
		Kind: engine.Conflict, Title: "Target exists", Field: "address",
		Detail: fmt.Sprintf("target %d is %s already", twins[0].ID, next.Address), Hint: "change that one, or take its id",
	}
}

// TargetGroups keeps target groups.
func (c *Control) TargetGroups() Records[engine.TargetGroup, *engine.TargetGroup] {
	return Records[engine.TargetGroup, *engine.TargetGroup]{control: c, rules: recordRules[engine.TargetGroup]{
		admit: func(_ store.Tx, _ engine.Party, _, next *engine.TargetGroup) error {
			next.Settle()
			return nil
		},
	}}
}

// addTargets adds to a request what its target_ids and target_group_ids stand for, each
// target once.
func addTargets(tx store.Tx, party engine.Party, r *engine.ScanRequest) error {
	named := engine.ReferencesTo(engine.DeclaredTargetKind, "target_ids", r.TargetIDs)
	for _, to := range engine.ReferencesTo(engine.TargetGroupKind, "target_group_ids", r.TargetGroupIDs) {
		group, err := declared[engine.TargetGroup](tx, party, to.ID)
		if err != nil {
			return notThere(to, err)
		}
		for _, id := range group.TargetIDs {
			named = append(named, engine.Reference{Field: to.Field, Kind: engine.DeclaredTargetKind, ID: id})
		}
	}
	if len(named) == 0 {
		return nil
	}
	there := map[engine.Target]bool{}
	for _, t := range r.Targets {
		there[t.Canonical()] = true
	}
	targets := slices.Clone(r.Targets)
	for _, to := range named {
		target, err := declared[engine.DeclaredTarget](tx, party, to.ID)
		if err != nil {
			return notThere(to, err)
		}
		if !there[target.Address] {
			there[target.Address], targets = true, append(targets, target.Address)
		}
	}
	r.Targets = targets
	return nil
}

// notThere says which member names a record there is not; other errors are as they are.
func notThere(to engine.Reference, err error) error {
	if engine.KindOf(err) == engine.NotFound {
		return badReference(to.Field, to.Kind, fmt.Sprint(to.ID))
	}
	return err
}
