// Package indextest is the contract of index.Shelf and index.Index as tests.
// Begin with [Run]; an implementation calls it from an external test.
//
// It is not a test of any one implementation: what happens to files that are
// damaged or of another version is tested beside the code that reads them. The
// search is tested against the query language itself: whatever query.Match says
// about all documents, an index must say too.
package indextest

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// Open opens a shelf in a folder. The shelf is closed by who opened it.
type Open func(t testing.TB, dir string) index.Shelf

// Run runs the contract against what open gives.
func Run(t *testing.T, open func(t testing.TB, dir string) index.Shelf) {
	t.Helper()
	for _, part := range []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"shelf", testShelf},
		{"trash", testTrash},
		{"tasks", testTasks},
		{"reports", testReports},
		{"replacement", testReplacement},
		{"findings", testFindings},
		{"ports", testPorts},
		{"sayings", testSayings},
		{"hosts", testHosts},
		{"order", testOrder},
		{"language", testLanguage},
		{"search", testSearch},
		{"oddities", testOddities},
		{"stored", testStored},
		{"facet", testFacet},
		{"union", testUnion},
		{"sharing", testSharing},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, open) })
	}
}
