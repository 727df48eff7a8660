package control

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Notifications keeps notifications.
func (c *Control) Notifications() Records[engine.Notification, *engine.Notification] {
	return Records[engine.Notification, *engine.Notification]{control: c, rules: recordRules[engine.Notification]{admit: c.admitNotification}}
}

func (c *Control) admitNotification(_ store.Tx, _ engine.Party, _, next *engine.Notification) error {
	next.Settle()
	if err := next.NeedsSecret(); err != nil {
		return err
	}
	if c.Notifier == nil {
		return nil
	}
	return c.Notifier.Admit(*next)
}

// DeliveryPage is a part of the deliveries of a notification. Total counts all that are
// kept.
type DeliveryPage struct {
	Items []engine.Delivery
	Total int
}

// Deliveries gives a page of the deliveries of a notification of the caller's party, the
// newest first.
func (c *Control) Deliveries(ctx context.Context, caller engine.User, id engine.RecordID, page Page) (list DeliveryPage, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		if err := mayNotify(tx, caller, id); err != nil {
			return err
		}
		if list.Total, err = tx.CountDeliveries(id); err != nil {
			return err
		}
		list.Items, err = tx.Deliveries(id, page.Start, page.Size)
		return err
	})
	return list, err
}

// mayNotify refuses a notification that is not of the caller's party.
func mayNotify(tx store.Tx, caller engine.User, id engine.RecordID) error {
	party, err := partyNow(tx, caller)
	if err != nil {
		return err
	}
	_, err = recordOf[engine.Notification](tx, party, id)
	return err
}

// TestNotification delivers a notice of [engine.NoticeTest] at once, and gives what came
// of it. If it failed it is tried again later, as any other.
func (c *Control) TestNotification(ctx context.Context, caller engine.User, id engine.RecordID) (engine.Delivery, error) {
	var d engine.Delivery
	err := c.Store.Update(ctx, func(tx store.Tx) error {
		if err := mayNotify(tx, caller, id); err != nil {
			return err
		}
		if c.Notifier == nil {
			return &engine.Error{Kind: engine.Conflict, Title: "Nothing is delivered here", Detail: "this process delivers no notices"}
		}
		var err error
		if d, err = engine.NewDelivery(id, "test/"+engine.NewKey(), engine.Notice{Event: engine.NoticeTest, At: now()}); err != nil {
			return err
		}
		d.Due = new(d.CreatedAt.Add(deliveryLease)) // nobody else takes it
		return tx.InsertDelivery(d)
	})
	if err != nil {
		return d, err
	}
	return c.deliver(ctx, d)
}
