package control

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// ledger is the store as the control wing sees it: whatever ends a scan settles its
// coins and puts on record whom to tell, in the same transaction, so that no way to end
// one can forget to.
type ledger struct{ store.Store }

// Update implements [store.Store].
func (l ledger) Update(ctx context.Context, fn func(store.Tx) error) error {
	return l.Store.Update(ctx, func(tx store.Tx) error { return fn(ledgerTx{tx}) })
}

type ledgerTx struct{ store.Tx }

// SaveScan implements [store.ScanTx].
func (t ledgerTx) SaveScan(scan *engine.Scan) error {
	if !scan.State().Final() {
		return t.Tx.SaveScan(scan)
	}
	before, err := t.Scan(scan.ID)
	if err != nil {
		return err
	}
	if err := t.Tx.SaveScan(scan); err != nil {
		return err
	}
	if !before.State().Final() {
		if err := tellEnd(t, scan); err != nil {
			return err
		}
	}
	return t.settleCoins(scan)
}

// settleCoins takes or gives back what is still reserved for a scan that has ended.
// Settling it again changes nothing.
func (t ledgerTx) settleCoins(scan *engine.Scan) error {
	entries, err := t.ScanCoins(scan.ID)
	if err != nil || len(entries) == 0 {
		return err
	}
	settled := entries[0] // whose they are, and of which month
	settled.At, settled.Reserved = now(), 0
	for _, e := range entries {
		settled.Reserved -= e.Reserved
	}
	if settled.Reserved == 0 {
		return nil
	}
	if !scan.Refunds() {
		settled.Taken = -settled.Reserved
	}
	return t.InsertCoins(settled)
}

// enter puts a new scan on record if the plan of its owner has room for it, and
// reserves its coins: both or neither, and nothing else can come in between.
func (c *Control) enter(tx store.Tx, request engine.ScanRequest, scan *engine.Scan) error {
	if err := c.permitVerified(tx, scan.OwnerID, request.Targets); err != nil {
		return err
	}
	plan, err := c.planOf(tx, scan.OwnerID)
	if err != nil {
		return err
	}
	usage, err := usageOf(tx, scan.OwnerID)
	if err != nil {
		return err
	}
	if err := plan.Admit(request, usage); err != nil {
		return err
	}
	if err := tx.InsertScan(scan); err != nil || plan.ScanCoins == engine.Unlimited {
		return err
	}
	return tx.InsertCoins(engine.CoinEntry{
		UserID: scan.OwnerID, ScanID: scan.ID, Month: engine.CoinMonth(usage.Now), At: usage.Now,
		Reserved: engine.AddressCount(request.Targets),
	})
}

func usageOf(tx store.Tx, user engine.UserID) (usage engine.Usage, err error) {
	usage.Now = now()
	if usage.StoredScans, err = tx.CountScans(store.ScanFilter{OwnerID: user}); err != nil {
		return usage, err
	}
	usage.Coins, err = tx.CoinSums(user, engine.CoinMonth(usage.Now))
	return usage, err
}
