package store

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// MaxDeliveries is how many deliveries of a notification are kept: all that have not
// ended, and the newest ones.
const MaxDeliveries = 1000

// DeliveryTx keeps deliveries of notifications, which are records.
type DeliveryTx interface {
	// InsertDelivery puts a delivery on record and forgets the oldest that have ended. One
	// of the same notification with the same Key stays as it is, and is no error;
	// [engine.NotFound] if there is no such notification.
	InsertDelivery(d engine.Delivery) error
	// Delivery reads one; [engine.NotFound] if there is none.
	Delivery(id string) (engine.Delivery, error)
	// DueDeliveries gives deliveries that are due, those first that have been due longest.
	DueDeliveries(at time.Time, limit int) ([]engine.Delivery, error)
	// Deliveries gives size deliveries of a notification, all for 0, from start on, the
	// newest first.
	Deliveries(notification engine.RecordID, start, size int) ([]engine.Delivery, error)
	CountDeliveries(notification engine.RecordID) (int, error)
	// SaveDelivery writes how far a delivery is: its State, Tries, Due and EndedAt;
	// [engine.NotFound] if there is none.
	SaveDelivery(d engine.Delivery) error
}
