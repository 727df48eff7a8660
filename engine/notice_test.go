package engine_test

import (
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// TestDeliveriesAreGivenUp after eight tries, over the better part of half a day.
func TestDeliveriesAreGivenUp(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	d := engine.Delivery{State: engine.DeliveryPending, Due: &at}
	for d.Due != nil {
		d.Note(engine.DeliveryTry{At: *d.Due, Error: "no"})
	}
	if took := d.EndedAt.Sub(at); d.State != engine.DeliveryFailed || len(d.Tries) != engine.MaxTries || took < 10*time.Hour || took > 12*time.Hour {
		t.Errorf("after %s it is %+v", took, d)
	}
}

func TestDeliveriesWaitAsTheyAreAsked(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for asked, want := range map[time.Duration]time.Duration{0: 10 * time.Second, time.Second: 10 * time.Second, time.Hour: time.Hour, 1000 * time.Hour: engine.MaxRetryAfter} {
		d := engine.Delivery{}
		d.Note(engine.DeliveryTry{At: at, Error: "busy", RetryAfter: asked})
		if got := d.Due.Sub(at); got != want {
			t.Errorf("asked for %s it waits %s, want %s", asked, got, want)
		}
	}
	d := engine.Delivery{}
	if d.Note(engine.DeliveryTry{At: at, Error: "gone", Permanent: true}); d.State != engine.DeliveryFailed {
		t.Errorf("what cannot be mended is %+v", d)
	}
}
