package control

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// ScanProfiles keeps scan profiles.
func (c *Control) ScanProfiles() Records[engine.ScanProfile, *engine.ScanProfile] {
	return Records[engine.ScanProfile, *engine.ScanProfile]{control: c, rules: recordRules[engine.ScanProfile]{
		admit: func(_ store.Tx, _ engine.Party, _, next *engine.ScanProfile) error {
			return c.admitChecks(next.Checks)
		},
	}}
}

// admitChecks refuses a selection that names what this engine does not look for.
func (c *Control) admitChecks(checks engine.CheckSelection) error {
	ids, err := c.allRules()
	if err != nil || ids == nil {
		return err
	}
	return checks.ValidateAmong(ids)
}

// allRules gives the ids of everything this engine looks for; nil if that is not known.
func (c *Control) allRules() ([]string, error) {
	if c.Asked != nil || c.Rules == nil {
		return c.Asked, nil
	}
	return c.Rules()
}

// rulesFor gives what a scan with a selection of checks looks for, as [engine.Scan] has it.
func (c *Control) rulesFor(checks engine.CheckSelection) ([]string, error) {
	if checks.IsZero() {
		return c.Asked, nil
	}
	ids, err := c.allRules()
	return checks.Of(ids), err
}

// complete gives a request what it names: targets, target groups and a scan profile.
func (c *Control) complete(ctx context.Context, caller engine.User, o *order) error {
	if o.ProfileID == "" && o.TargetIDs == nil && o.TargetGroupIDs == nil {
		return nil
	}
	return c.Store.View(ctx, func(tx store.Tx) error {
		party, err := partyNow(tx, caller)
		if err != nil {
			return err
		}
		return o.completeIn(tx, party)
	})
}

// completeIn is complete in a transaction, for a party.
func (o *order) completeIn(tx store.Tx, party engine.Party) error {
	if err := addTargets(tx, party, &o.ScanRequest); err != nil {
		return err
	}
	return o.profiled(tx, party)
}

// profiled takes what a request leaves open from the scan profile that it names.
func (o *order) profiled(tx store.Tx, party engine.Party) error {
	if o.ProfileID == "" {
		return nil
	}
	profile, err := declaredBy[engine.ScanProfile](tx, party, o.ProfileID)
	if engine.KindOf(err) == engine.NotFound {
		return badReference("profile_id", engine.ScanProfileKind, o.ProfileID)
	}
	if err != nil {
		return err
	}
	o.ScanRequest, o.profileID = profile.Apply(o.ScanRequest), profile.ID
	return nil
}
