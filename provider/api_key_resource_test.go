package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

const chosenKey = "ChosenForATest0123456789abcdefghij"

func keyConfig(more object) object {
	config := object{"name": "ci", "scopes": []string{"scan"}, "key_wo": chosenKey, "key_wo_version": int64(1)}
	for name, v := range more {
		config[name] = v
	}
	return config
}

func TestKeyLife(t *testing.T) {
	e := enginetest.Start(t)
	w := onServer(t, e).of(keyType)
	config := keyConfig(object{"expires_at": "2099-01-01T01:00:00+01:00"})
	state := w.created(config)
	if text(t, state, "id") != "2" || text(t, state, "prefix") != chosenKey[:6] || text(t, state, "expires_at") != "2099-01-01T01:00:00+01:00" {
		t.Errorf("created, the state is %s", state)
	}
	if strings.Contains(state.String(), chosenKey) {
		t.Errorf("the key is in the state: %s", state)
	}
	wantKey(t, e, chosenKey, engine.KeyScan)
	wantNoChange(t, w, state, config)
	for attribute, v := range map[string]any{"name": "other", "scopes": []string{"read"}, "expires_at": "2098-01-01T00:00:00Z", "key_wo_version": int64(2)} {
		if got := replaced(w.plan(state, keyConfig(object{"expires_at": "2099-01-01T01:00:00+01:00", attribute: v}))); len(got) != 1 || got[0] != attribute {
			t.Errorf("another %s replaces because of %v", attribute, got)
		}
	}
	imported := w.imported(&tfprotov6.ImportResourceStateRequest{TypeName: keyType, ID: "2"})
	if text(t, imported, "name") != "ci" || text(t, imported, "prefix") != chosenKey[:6] {
		t.Errorf("imported it is %s", imported)
	}
	wantError(t, w.apply(noState, config), "key_wo", "There is this key already")
	for range 2 { // what is gone is gone
		w.clean(w.apply(state, nil))
	}
	wantKey(t, e, chosenKey, "")
	gone := w.read(state)
	w.clean(gone)
	if !w.state(w.resourceType(), gone.NewState).IsNull() || w.identityID(gone.NewIdentity) != "2" {
		t.Errorf("of a revoked key %v is read", gone)
	}
}

// A key of another engine is made anew, and its number revokes nothing here.
func TestForeignKey(t *testing.T) {
	e := enginetest.Start(t)
	w := onServer(t, e).of(keyType)
	state := w.stateOf(object{"id": "1", "name": "ci", "scopes": []string{"scan"}, "engine_id": "another"})
	read := w.read(state)
	w.clean(read)
	if !w.state(w.resourceType(), read.NewState).IsNull() {
		t.Errorf("read %v", read)
	}
	w.clean(w.apply(state, nil))
	wantKey(t, e, e.Key, engine.KeyManage)
}

func TestKeysThatAreRefused(t *testing.T) {
	w := onServer(t, enginetest.Start(t)).of(keyType)
	for attribute, v := range map[string]any{"name": "", "scopes[0]": []string{"root"}, "expires_at": "soon", "key_wo": "short"} {
		name, _, _ := strings.Cut(attribute, "[")
		wantError(t, w.validate(keyConfig(object{name: v})), attribute)
	}
	wantError(t, w.apply(noState, keyConfig(object{"expires_at": "2001-01-01T00:00:00Z"})), "expires_at", "is over")
	wantError(t, w.apply(noState, keyConfig(object{"key_wo": strings.Repeat("-", 40)})), "key_wo", "letters and digits")
	resp, err := w.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: keyType, ID: "x"})
	w.must(err)
	wantError(t, resp, "id", "number of a key")
}

func TestAccKey(t *testing.T) { testExample(t, "resources/portolan_api_key") }
