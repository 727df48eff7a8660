package sqlite_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/index/indextest"
	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
)

func TestContract(t *testing.T) {
	indextest.Run(t, openShelf)
}

func openShelf(t testing.TB, dir string) index.Shelf {
	t.Helper()
	shelf, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return shelf
}
