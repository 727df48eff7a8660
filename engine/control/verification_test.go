package control_test

import (
	"fmt"
	"net/netip"
	"sync/atomic"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/proof"
)

// TestOnlyVerifiedTargetsAreScanned, where that is asked for: those of the caller's party,
// and whatever is below them.
func TestOnlyVerifiedTargetsAreScanned(t *testing.T) {
	var token atomic.Value // the name server reads it
	token.Store("")
	server := enginetest.TextServer(t, func(string) []string { return []string{fmt.Sprint(token.Load())} })
	h := open(t, t.TempDir(), func(c *control.Config) {
		c.RequireVerified, c.Proof = true, proof.New(proof.Config{Servers: []netip.AddrPort{server}})
	})
	target, err := h.DeclaredTargets().Create(t.Context(), h.user, engine.DeclaredTarget{Address: "example.com"})
	if err != nil {
		t.Fatal(err)
	}
	request := engine.ScanRequest{Targets: []engine.Target{"example.com", "www.example.com"}}
	if _, err := h.CreateScan(t.Context(), h.user, request); engine.KindOf(err) != engine.Forbidden {
		t.Errorf("what is not verified is scanned: %v", err)
	}
	token.Store(target.Verification.Token)
	if _, err := h.VerifyTarget(t.Context(), h.user, target.ID, engine.VerifyDNS); err != nil {
		t.Fatal(err)
	}
	scan, err := h.CreateScan(t.Context(), h.user, request)
	if err != nil {
		t.Errorf("what is verified is not scanned: %v", err)
	}
	stranger := h.join(t, "stranger@example.com", "")
	if _, err := h.CreateScan(t.Context(), stranger, request); engine.KindOf(err) != engine.Forbidden {
		t.Errorf("a stranger scans what somebody else has verified: %v", err)
	}
	request.Targets = append(request.Targets, "192.0.2.1")
	if _, err := h.CreateScan(t.Context(), h.user, request); engine.KindOf(err) != engine.Forbidden {
		t.Errorf("an address is scanned that is not verified: %v", err)
	}
	if err := h.DeclaredTargets().Delete(t.Context(), h.user, target.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Rescan(t.Context(), h.user, "", scan.ID); engine.KindOf(err) != engine.Forbidden {
		t.Errorf("what is verified no more is scanned again: %v", err)
	}
}
