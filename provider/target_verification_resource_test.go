package provider_test

import (
	"net/netip"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// verifying is an engine that asks a name server which has the tokens of all targets at
// their names, but for what lies below wrong.example.
func verifying(t *testing.T) *enginetest.Engine {
	t.Helper()
	var started atomic.Pointer[enginetest.Engine] // the name server reads it
	texts := func(name string) []string {
		targets, err := started.Load().Client.DeclaredTargets().List(t.Context(), client.RecordQuery{})
		if err != nil {
			t.Error(err)
		}
		for _, target := range targets {
			if target.Verification.DNSName == name && target.Address != "wrong.example" {
				return []string{target.Verification.Token}
			}
		}
		return nil
	}
	names := enginetest.TextServer(t, texts)
	e := enginetest.StartAs(t, func(c *server.Config) { c.Servers, c.Verified = []netip.AddrPort{names}, true })
	started.Store(e)
	return e
}

// TestTargetVerification takes a verification through every call of the protocol.
func TestTargetVerification(t *testing.T) {
	e := verifying(t)
	w := onServer(t, e)
	verification := w.of("portolan_target_verification")
	target := w.of("portolan_target").created(object{"address": "shop.example"})
	config := object{"target_id": text(t, target, "id"), "method": "dns"}
	verification.clean(verification.validate(config))
	wantError(t, verification.validate(object{"target_id": "1", "method": "mail"}), "method")
	state := verification.created(config)
	if text(t, state, "id") != text(t, target, "id") || text(t, state, "verified_at") == "" {
		t.Errorf("verified, the state is %s", state)
	}
	wantNoChange(t, verification, state, config)
	if got := replaced(verification.plan(state, object{"target_id": text(t, target, "id"), "method": "dns", "triggers": object{"day": "1"}})); len(got) != 1 || got[0] != "triggers" {
		t.Errorf("a trigger replaces because of %v", got)
	}
	verification.applied(state, object{"target_id": text(t, target, "id"), "method": "dns", "timeouts": object{"create": "1m"}})
	imported := verification.imported(&tfprotov6.ImportResourceStateRequest{TypeName: "portolan_target_verification", ID: text(t, target, "id")})
	if text(t, imported, "target_id") != text(t, target, "id") || text(t, imported, "verified_at") != text(t, state, "verified_at") {
		t.Errorf("imported it is %s", imported)
	}
	verification.clean(verification.apply(state, nil))
	kept, err := e.Client.DeclaredTargets().Find(t.Context(), "shop.example")
	if err != nil || kept.Verification.VerifiedAt == nil || kept.Version != 1 {
		t.Errorf("when the verification is gone the target is %+v, %v", kept, err)
	}
	if _, err := e.Client.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"www.wrong.example"}}); engine.KindOf(err) != engine.Forbidden {
		t.Errorf("what is not verified is scanned: %v", err)
	}
	w.of("portolan_target").applied(target, object{"address": "shop.example", "name": "x"})
	w.of("portolan_target").clean(w.of("portolan_target").apply(target, nil))
	gone := verification.read(state)
	if !verification.state(verification.resourceType(), gone.NewState).IsNull() || verification.identityID(gone.NewIdentity) == "" {
		t.Errorf("without its target %v is read", gone)
	}
}

// TestTargetVerificationFails with what was looked for and what to do, at its line.
func TestTargetVerificationFails(t *testing.T) {
	w := onServer(t, verifying(t))
	verification, targets := w.of("portolan_target_verification"), w.of("portolan_target")
	wrong := targets.created(object{"address": "wrong.example"})
	config := object{"target_id": text(t, wrong, "id"), "method": "dns", "timeouts": object{"create": "1s"}}
	wantError(t, verification.apply(noState, config), "target_id", "timeouts.create", "_portolan-challenge.wrong.example is not there", "portolan-")
	rangeOf := targets.created(object{"address": "192.0.2.0/24"})
	wantError(t, verification.apply(noState, object{"target_id": text(t, rangeOf, "id")}), "method", "is a range")
	wantError(t, verification.apply(noState, object{"target_id": "4711"}), "target_id", "No such target")
	wantError(t, verification.apply(noState, object{"target_id": "x"}), "", "is no id")
}

func TestAccTargetVerification(t *testing.T) {
	g := newGround(t)
	e := verifying(t)
	g.env = append(g.env, "PORTOLAN_ENDPOINT="+e.Endpoint, "PORTOLAN_API_KEY="+e.Key)
	g.test("resources/portolan_target_verification")
}
