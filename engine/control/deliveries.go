package control

import (
	"context"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

const (
	// deliveryTime is how often deliveries that are due are looked for: processes that
	// share the store put them on record as well.
	deliveryTime = time.Second
	// deliveryLease is how long a process that went silent keeps a delivery: longer than
	// any try takes. Then it is tried again, with the same id.
	deliveryLease = time.Minute
	// deliveryBatch is how many are tried at the same time.
	deliveryBatch = 16
)

// keepNotified delivers what is due until ctx is done.
func (c *Control) keepNotified(ctx context.Context) {
	if c.Notifier == nil {
		return
	}
	tick := time.NewTicker(deliveryTime)
	defer tick.Stop()
	for {
		n, err := c.Deliver(ctx)
		c.report(ctx, "deliver notices", err)
		if n == deliveryBatch {
			continue // there are more
		}
		select {
		case <-tick.C:
		case <-c.noticed:
		case <-ctx.Done():
			return
		}
	}
}

// Deliver tries the deliveries that have been due longest, and says how many there were.
func (c *Control) Deliver(ctx context.Context) (int, error) {
	due, err := c.claimDeliveries(ctx)
	if err != nil {
		return 0, err
	}
	errs := make([]error, len(due))
	var sending sync.WaitGroup
	for i, d := range due {
		sending.Go(func() { _, errs[i] = c.deliver(ctx, d) })
	}
	sending.Wait()
	for _, err := range errs {
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// claimDeliveries takes deliveries that are due: nobody else tries them for a minute.
func (c *Control) claimDeliveries(ctx context.Context) (due []engine.Delivery, err error) {
	look := func(tx store.Tx) (err error) {
		due, err = tx.DueDeliveries(now(), deliveryBatch)
		return err
	}
	if err := c.Store.View(ctx, look); err != nil || len(due) == 0 {
		return nil, err
	}
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		if err := look(tx); err != nil {
			return err
		}
		for i := range due {
			due[i].Due = new(now().Add(deliveryLease))
			if err := tx.SaveDelivery(due[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return due, err
}

// deliver tries a delivery that this process has taken, and notes how that went. One that
// a stopped process could not finish is noted by nobody: it is tried again.
func (c *Control) deliver(ctx context.Context, d engine.Delivery) (engine.Delivery, error) {
	var n engine.Notification
	err := c.Store.View(ctx, func(tx store.Tx) error {
		record, err := tx.Record(d.NotificationID)
		if err != nil {
			return err
		}
		return record.Declare(&n)
	})
	if engine.KindOf(err) == engine.NotFound {
		return d, nil // it was deleted meanwhile, with its deliveries
	}
	if err != nil {
		return d, err
	}
	try := c.try(ctx, n, d)
	if ctx.Err() != nil {
		return d, ctx.Err()
	}
	try.At = now()
	d.Note(try)
	err = c.Store.Update(ctx, func(tx store.Tx) error { return tx.SaveDelivery(d) })
	if engine.KindOf(err) == engine.NotFound {
		return d, nil
	}
	return d, err
}

func (c *Control) try(ctx context.Context, n engine.Notification, d engine.Delivery) engine.DeliveryTry {
	if !n.IsEnabled() && d.Event != engine.NoticeTest {
		return engine.DeliveryTry{Error: "the notification is not enabled", Permanent: true}
	}
	ctx, cancel := context.WithTimeout(ctx, deliveryLease/2)
	defer cancel()
	return c.Notifier.Send(ctx, n, d)
}
