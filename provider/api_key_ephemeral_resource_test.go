package provider_test

import (
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

const keyType = "portolan_api_key"

// wantKey wants a key to be as wide as scope and to open the door, or "" to open none.
func wantKey(t *testing.T, e *enginetest.Engine, secret string, scope engine.KeyScope) {
	t.Helper()
	c, err := client.New(client.Config{Endpoint: e.Endpoint, Key: secret})
	if err != nil {
		t.Fatal(err)
	}
	_, read := c.CurrentUser(t.Context())
	_, manage := c.Keys(t.Context())
	if got, want := read == nil, scope != ""; got != want {
		t.Errorf("the key opens the door: %v (%v)", got, read)
	}
	if got, want := manage == nil, scope == engine.KeyManage; got != want {
		t.Errorf("the key may manage: %v (%v)", got, manage)
	}
}

func TestEphemeralKey(t *testing.T) {
	e := enginetest.Start(t)
	w := onServer(t, e)
	resp := w.openEphemeral(keyType, object{"scopes": []string{"scan"}, "ttl": "10m"})
	key := w.opened(keyType, resp)
	secret := text(t, key, "key")
	wantKey(t, e, secret, engine.KeyScan)
	if text(t, key, "prefix") != secret[:6] || text(t, key, "id") != "2" {
		t.Errorf("the key is %s, number %s", text(t, key, "prefix"), text(t, key, "id"))
	}
	if left := time.Until(resp.RenewAt); left < 5*time.Minute || left > 8*time.Minute {
		t.Errorf("renewed in %s", left)
	}
	before, err := e.Client.Key(t.Context(), 2)
	w.must(err)
	if before.Name != "terraform" || time.Until(*before.ExpiresAt) > 10*time.Minute {
		t.Errorf("on record is %+v", before)
	}
	renewed := w.renewEphemeral(keyType, resp.Private)
	w.clean(renewed)
	after, err := e.Client.Key(t.Context(), 2)
	w.must(err)
	if !after.ExpiresAt.After(*before.ExpiresAt) || renewed.RenewAt.IsZero() {
		t.Errorf("it ended %s and ends %s", before.ExpiresAt, after.ExpiresAt)
	}
	for range 2 { // whoever has revoked it before has done the same
		w.clean(w.closeEphemeral(keyType, resp.Private))
		wantKey(t, e, secret, "")
	}
	wantError(t, w.renewEphemeral(keyType, resp.Private), "", "no key 2")
}

func TestEphemeralKeyErrors(t *testing.T) {
	e := enginetest.Start(t)
	w := onServer(t, e)
	wantError(t, w.validateEphemeral(keyType, object{"scopes": []string{"root"}}), "scopes[0]", "manage")
	wantError(t, w.validateEphemeral(keyType, object{"scopes": []string{}}), "scopes")
	wantError(t, w.validateEphemeral(keyType, object{"scopes": []string{"read"}, "ttl": "an hour"}), "ttl")
	wantError(t, w.openEphemeral(keyType, object{"scopes": []string{"read"}, "ttl": "1s"}), "ttl", "1m", "24h")
	revokeKey(t, e)
	wantError(t, w.openEphemeral(keyType, object{"scopes": []string{"read"}}), "", "API key")
}

func TestAccEphemeralKey(t *testing.T) {
	e, g := enginetest.Start(t), newGround(t)
	g.env = append(g.env, "TF_VAR_endpoint="+e.Endpoint, "PORTOLAN_API_KEY="+e.Key)
	g.test("ephemeral-resources/portolan_api_key")
	keys, err := e.Client.Keys(t.Context())
	if err != nil || len(keys) != 1 {
		t.Errorf("%d keys are left (%v)", len(keys), err)
	}
}
