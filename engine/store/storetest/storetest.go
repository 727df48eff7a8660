// Package storetest is the contract of a [store.Store] as tests: whatever keeps
// the state of record passes them. Begin with [Run].
//
// It is for tests only, and it does not test what one kind of store can suffer
// alone: broken files, killed processes.
package storetest

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Open opens the store whose data is in the folder dir and makes it if there is
// none. It fails t when it cannot, and may be called from several goroutines
// and several times for one folder. The contract closes what it opens.
type Open func(t testing.TB, dir string) store.Store

// Run runs the contract against what open opens.
func Run(t *testing.T, open func(t testing.TB, dir string) store.Store) {
	t.Run("Scans", func(t *testing.T) { testScans(t, open) })
	t.Run("Queue", func(t *testing.T) { testQueue(t, open) })
	t.Run("Waiting", func(t *testing.T) { testWaiting(t, open) })
	t.Run("Requests", func(t *testing.T) { testRequests(t, open) })
	t.Run("Filters", func(t *testing.T) { testFilters(t, open) })
	t.Run("Sources", func(t *testing.T) { testSources(t, open) })
	t.Run("Complete", func(t *testing.T) { testComplete(t, open) })
	t.Run("Steps", func(t *testing.T) { testSteps(t, open) })
	t.Run("Users", func(t *testing.T) { testUsers(t, open) })
	t.Run("Keys", func(t *testing.T) { testKeys(t, open) })
	t.Run("Teams", func(t *testing.T) { testTeams(t, open) })
	t.Run("Coins", func(t *testing.T) { testCoins(t, open) })
	t.Run("Counters", func(t *testing.T) { testCounters(t, open) })
	t.Run("Issues", func(t *testing.T) { testIssues(t, open) })
	t.Run("Records", func(t *testing.T) { testRecords(t, open) })
	t.Run("Schedules", func(t *testing.T) { testSchedules(t, open) })
	t.Run("Deliveries", func(t *testing.T) { testDeliveries(t, open) })
	t.Run("Transactions", func(t *testing.T) { testTransactions(t, open) })
	t.Run("Views", func(t *testing.T) { testViews(t, open) })
	t.Run("Sharing", func(t *testing.T) { testSharing(t, open) })
}
