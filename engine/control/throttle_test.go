package control_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// requests makes the first user's plan one with these limits.
func requests(minute, certificates, day int64) option {
	return func(c *control.Config) {
		plan := engine.SelfHosted()
		plan.RequestsPerMinute, plan.CertificateRequestsPerMinute, plan.RequestsPerDay = minute, certificates, day
		c.Plans = engine.Plans{plan}
	}
}

// ask makes n requests and fails unless all are let in.
func (h *house) ask(t *testing.T, n int, certificates bool) {
	t.Helper()
	for i := range n {
		if err := h.Throttle(t.Context(), h.user, certificates); err != nil {
			t.Fatalf("request %d: %v", i+1, err)
		}
	}
}

// wantThrottled fails unless the next request is refused, with this wait.
func (h *house) wantThrottled(t *testing.T, certificates bool, limit int64, wait time.Duration) {
	t.Helper()
	err := h.Throttle(t.Context(), h.user, certificates)
	var e *engine.Error
	if !errors.As(err, &e) || e.Kind != engine.Throttled || e.Limit != limit || e.Hint == "" || e.RetryAfter > wait || e.RetryAfter < wait-time.Second {
		t.Fatalf("refused with %+v (%v), want limit %d and to wait %s", e, err, limit, wait)
	}
}

func TestRequestsPerMinute(t *testing.T) {
	h := open(t, t.TempDir(), requests(60, 3, engine.Unlimited))
	synctest.Test(t, func(t *testing.T) {
		h.ask(t, 60, false)
		h.wantThrottled(t, false, 60, time.Second)
		h.ask(t, 3, true)
		h.wantThrottled(t, true, 3, 20*time.Second)
		<-time.After(time.Second) // as Retry-After says, and one more request is let in
		h.ask(t, 1, false)
		h.wantThrottled(t, false, 60, time.Second)
		h.wantThrottled(t, true, 3, 19*time.Second)
		<-time.After(time.Hour)
		h.ask(t, 60, false)
		h.wantThrottled(t, false, 60, time.Second)
	})
}

func TestRequestsPerDay(t *testing.T) {
	h := open(t, t.TempDir(), requests(engine.Unlimited, engine.Unlimited, 50))
	synctest.Test(t, func(t *testing.T) { // begins at midnight in UTC
		<-time.After(22 * time.Hour)
		h.ask(t, 50, false)
		h.wantThrottled(t, false, 50, 2*time.Hour)
		account, err := h.Account(t.Context(), h.user)
		if err != nil || account.RequestsToday != 50 || account.NextDay != "2000-01-02T00:00:00Z" {
			t.Errorf("account is %+v (%v)", account, err)
		}
		<-time.After(2 * time.Hour)
		h.ask(t, 50, true) // of any class
		h.wantThrottled(t, true, 50, 24*time.Hour)
	})
}

// TestRestartRemembersTheDay: what a process has counted, the next one goes on with;
// a killed one forgets no more than a batch.
func TestRestartRemembersTheDay(t *testing.T) {
	dir := t.TempDir()
	limit := requests(engine.Unlimited, engine.Unlimited, 100)
	first := open(t, dir, limit)
	first.ask(t, 30, false)
	if err := first.WriteUsage(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := open(t, dir, limit)
	second.ask(t, 70, false)
	if err := second.Throttle(t.Context(), second.user, false); engine.KindOf(err) != engine.Throttled {
		t.Errorf("after a restart: %v", err)
	}
	for range 4 { // a twentieth of what the other server believes to be left
		err := first.Throttle(t.Context(), first.user, false)
		if engine.KindOf(err) == engine.Throttled {
			return
		}
	}
	t.Error("the other server notices nothing")
}

// TestKilledProcessForgetsABatch: the store has all but the last few, with few writes.
func TestKilledProcessForgetsABatch(t *testing.T) {
	h := open(t, t.TempDir(), requests(engine.Unlimited, engine.Unlimited, 1000))
	h.ask(t, 400, false)
	err := h.store.View(t.Context(), func(tx store.Tx) error {
		if n, err := tx.RequestsOn(h.user.ID, time.Now()); n < 350 || n > 400 || err != nil {
			t.Errorf("%d of 400 requests are on record (%v)", n, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSelfHostedIsNotThrottled(t *testing.T) {
	h := open(t, t.TempDir())
	h.ask(t, 5000, false)
	h.ask(t, 100, true)
	if account, err := h.Account(t.Context(), h.user); err != nil || account.RequestsToday != 0 || account.NextDay != "" {
		t.Errorf("account is %+v (%v)", account, err)
	}
}

func TestUnknownPlanIsSaid(t *testing.T) {
	h := open(t, t.TempDir(), func(c *control.Config) { c.Plans = engine.Plans{{Name: "other"}} })
	err := h.Throttle(t.Context(), h.user, false)
	wantKind(t, "a plan that is gone", err, engine.Forbidden)
}

// TestKeysTellTheirLastUse to the hour.
func TestKeysTellTheirLastUse(t *testing.T) {
	h := open(t, t.TempDir())
	ann, secret, err := h.AddUser(t.Context(), engine.User{Email: "ann@example.com"}, "", "")
	wantKind(t, "add user", err, "")
	if _, _, err := h.Authenticate(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	if err := h.WriteUsage(t.Context()); err != nil {
		t.Fatal(err)
	}
	keys, err := h.Keys(t.Context(), ann)
	if err != nil || keys[0].LastUsedAt == nil || time.Since(*keys[0].LastUsedAt) > 2*time.Hour || keys[0].LastUsedAt.Minute() != 0 {
		t.Errorf("keys are %+v (%v)", keys, err)
	}
}
