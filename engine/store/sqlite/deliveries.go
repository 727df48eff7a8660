package sqlite

import (
	"fmt"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// deliveryColumns are those of deliveries, in the order of deliveryFields.
const deliveryColumns = "id, notification_id, key, event, state, notice, tries, due, created_at, ended_at"

func deliveryFields(d *engine.Delivery) []any {
	return []any{
		&d.ID, &d.NotificationID, &d.Key, &d.Event, &d.State, raw{&d.Notice}, document{&d.Tries}, maybe{&d.Due}, moment{&d.CreatedAt}, maybe{&d.EndedAt},
	}
}

func (t *transaction) InsertDelivery(d engine.Delivery) error {
	_, err := t.exec("insert delivery", "INSERT INTO deliveries ("+deliveryColumns+") VALUES ("+placeholders(deliveryColumns)+
		") ON CONFLICT (notification_id, key) DO NOTHING", deliveryFields(&d)...)
	if extendedCode(err) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY {
		return noRecord(d.NotificationID)
	}
	if err != nil {
		return err
	}
	_, err = t.exec("forget deliveries", `DELETE FROM deliveries WHERE notification_id = ? AND due IS NULL AND number <=
		(SELECT number FROM deliveries WHERE notification_id = ? ORDER BY number DESC LIMIT 1 OFFSET ?)`,
		d.NotificationID, d.NotificationID, store.MaxDeliveries)
	return err
}

func (t *transaction) Delivery(id string) (engine.Delivery, error) {
	found, err := t.deliveries("WHERE id = ?", id)
	if err == nil && len(found) == 0 {
		return engine.Delivery{}, noDelivery(id)
	}
	if err != nil {
		return engine.Delivery{}, err
	}
	return found[0], nil
}

func (t *transaction) DueDeliveries(at time.Time, limit int) ([]engine.Delivery, error) {
	return t.deliveries("WHERE due <= ? ORDER BY due, number LIMIT ?", moment{&at}, limit)
}

func (t *transaction) Deliveries(notification engine.RecordID, start, size int) ([]engine.Delivery, error) {
	return t.deliveries("WHERE notification_id = ? ORDER BY number DESC LIMIT ? OFFSET ?", notification, sqlLimit(size), start)
}

func (t *transaction) deliveries(tail string, args ...any) (list []engine.Delivery, err error) {
	take := func(r row) error {
		var d engine.Delivery
		err := r.Scan(deliveryFields(&d)...)
		list = append(list, d)
		return err
	}
	return list, t.each("read deliveries", take, "SELECT "+deliveryColumns+" FROM deliveries "+tail, args...)
}

func (t *transaction) CountDeliveries(notification engine.RecordID) (n int, err error) {
	take := func(r row) error { return r.Scan(&n) }
	return n, t.one("count deliveries", nil, take, "SELECT count(*) FROM deliveries WHERE notification_id = ?", notification)
}

func (t *transaction) SaveDelivery(d engine.Delivery) error {
	return t.change("save delivery", noDelivery(d.ID), "UPDATE deliveries SET state = ?, tries = ?, due = ?, ended_at = ? WHERE id = ?",
		&d.State, document{&d.Tries}, maybe{&d.Due}, maybe{&d.EndedAt}, d.ID)
}

func noDelivery(id string) error {
	return &engine.Error{Kind: engine.NotFound, Title: "No such delivery", Detail: fmt.Sprintf("there is no delivery %q", id), Field: "id"}
}
