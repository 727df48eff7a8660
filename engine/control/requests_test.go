package control_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func once(target engine.Target) engine.ScanRequest {
	return engine.ScanRequest{Targets: []engine.Target{target}, Ports: "80"}
}

func TestRequestThatComesTwiceMakesOneScan(t *testing.T) {
	h := open(t, t.TempDir())
	first, err := h.CreateScanOnce(t.Context(), h.user, "k", once("192.0.2.1"))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := h.CreateScanOnce(t.Context(), h.user, "k", once("192.0.2.1")); err != nil || again.ID != first.ID {
		t.Errorf("again it is scan %d (%v), want %d", again.ID, err, first.ID)
	}
	other, err := h.CreateScanOnce(t.Context(), h.user, "l", once("192.0.2.1"))
	if err != nil || other.ID == first.ID {
		t.Errorf("with another key it is scan %d, %v", other.ID, err)
	}
	if _, err := h.CreateScanOnce(t.Context(), h.user, "k", once("192.0.2.2")); engine.KindOf(err) != engine.Conflict {
		t.Errorf("another request with the key: %v", err)
	}
	if _, err := h.Rescan(t.Context(), h.user, "k", first.ID); engine.KindOf(err) != engine.Conflict {
		t.Errorf("a rescan with the key: %v", err)
	}
	bob := h.join(t, "bob@example.com", "")
	if hers, err := h.CreateScanOnce(t.Context(), bob, "k", once("192.0.2.2")); err != nil || hers.ID == first.ID {
		t.Errorf("the key of somebody else: scan %d, %v", hers.ID, err)
	}
	h.delete(t, first.ID)
	if _, err := h.CreateScanOnce(t.Context(), h.user, "k", once("192.0.2.1")); engine.KindOf(err) != engine.Conflict {
		t.Errorf("after its scan was deleted: %v", err)
	}
	if n := h.count(t, store.ScanFilter{}); n != 2 {
		t.Errorf("%d scans are there, want 2", n)
	}
}

func TestRescanThatComesTwiceMakesOneScan(t *testing.T) {
	h := open(t, t.TempDir())
	origin := h.create(t, "192.0.2.1").ID
	first, err := h.Rescan(t.Context(), h.user, "k", origin)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := h.Rescan(t.Context(), h.user, "k", origin); err != nil || again.ID != first.ID {
		t.Errorf("again it is scan %d (%v), want %d", again.ID, err, first.ID)
	}
}

func TestBadRequestKeys(t *testing.T) {
	h := open(t, t.TempDir())
	for _, key := range []string{strings.Repeat("k", 256), "a\nb", "ключ"} {
		if _, err := h.CreateScanOnce(t.Context(), h.user, key, once("192.0.2.1")); engine.KindOf(err) != engine.Invalid {
			t.Errorf("key %q: %v", key, err)
		}
	}
}

// Two processes on one store are asked at the same time.
func TestRacingRequestsMakeOneScan(t *testing.T) {
	dir := t.TempDir()
	houses := []*house{open(t, dir), open(t, dir)}
	ids := make([]engine.ScanID, 20)
	var racing sync.WaitGroup
	for i := range ids {
		racing.Go(func() {
			h := houses[i%2]
			scan, err := h.CreateScanOnce(t.Context(), h.user, "k", once("192.0.2.1"))
			if err != nil {
				t.Error(err)
			}
			ids[i] = scan.ID
		})
	}
	racing.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("scans %v were made", ids)
		}
	}
	if n := houses[0].count(t, store.ScanFilter{}); n != 1 {
		t.Errorf("%d scans are there, want 1", n)
	}
}

func TestRequestsAreRememberedForADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := archive(t, t.TempDir())
		defer h.close(t)
		first, err := h.CreateScanOnce(t.Context(), h.user, "k", once("192.0.2.1"))
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(24*time.Hour + time.Minute)
		h.tidy(t)
		if again, err := h.CreateScanOnce(t.Context(), h.user, "k", once("192.0.2.1")); err != nil || again.ID != first.ID {
			t.Errorf("after a day it is scan %d (%v), want %d", again.ID, err, first.ID)
		}
		<-time.After(24 * time.Hour)
		h.tidy(t)
		if later, err := h.CreateScanOnce(t.Context(), h.user, "k", once("192.0.2.1")); err != nil || later.ID == first.ID {
			t.Errorf("after two days it is still scan %d, %v", later.ID, err)
		}
	})
}
