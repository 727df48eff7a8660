package provider_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestAccountData(t *testing.T) {
	const name = "portolan_account"
	e := enginetest.Start(t)
	w := onServer(t, e)
	w.created(scanOf("1", nil))
	got := w.data(name, object{})
	if text(t, got, "plan") != "self-hosted" || text(t, got, "email") == "" || number(t, got, "user_id") != 1 {
		t.Errorf("the account is %s", got)
	}
	if number(t, member(t, got, "usage"), "stored_scans") != 1 || !member(t, member(t, got, "limits"), "targets_per_scan").IsNull() || !member(t, member(t, got, "coins"), "left").IsNull() {
		t.Errorf("the figures are %s", got)
	}
	revokeKey(t, e)
	wantError(t, w.readData(name, object{}), "", "API key")
}

func TestAccAccountData(t *testing.T) { testExample(t, "data-sources/portolan_account") }
