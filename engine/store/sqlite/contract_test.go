package sqlite_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/store"
	"github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, open)
}

func open(t testing.TB, dir string) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Errorf("open: %v", err)
		t.FailNow()
	}
	return s
}
