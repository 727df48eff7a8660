package storetest

import (
	"reflect"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testTeams(t *testing.T, open Open) {
	t.Run("every member is kept", func(t *testing.T) { keepsTeams(newHarness(t, open, t.TempDir())) })
	t.Run("a name has one team", func(t *testing.T) { refusesTakenName(newHarness(t, open, t.TempDir())) })
	t.Run("erasing a team keeps its members", func(t *testing.T) { erasesTeams(newHarness(t, open, t.TempDir())) })
	t.Run("mates read each other's scans", func(t *testing.T) { filtersByReader(newHarness(t, open, t.TempDir())) })
}

func (h harness) insertTeam(name string) engine.Team {
	h.Helper()
	team := engine.Team{Name: name, CreatedAt: at(4)}
	h.update(func(tx store.Tx) error { return tx.InsertTeam(&team) })
	return team
}

func (h harness) wantTeams(want ...engine.Team) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		teams, err := tx.Teams()
		if err != nil || len(teams) != len(want) || len(want) > 0 && !reflect.DeepEqual(teams, want) {
			h.Errorf("teams are %+v (%v), want %+v", teams, err, want)
		}
		return nil
	})
}

func keepsTeams(h harness) {
	h.wantTeams()
	red, blue := h.insertTeam("red"), h.insertTeam("blue 'n' green")
	h.wantAllSet(red)
	h.wantTeams(red, blue)
	h.update(func(tx store.Tx) error {
		h.wantKind("erase", tx.EraseTeam(blue.ID+1), engine.NotFound)
		return nil
	})
	h.wantTeams(red, blue)
}

func refusesTakenName(h harness) {
	red := h.insertTeam("red")
	twin := engine.Team{Name: "RED"}
	insert := func(tx store.Tx) error { return tx.InsertTeam(&twin) }
	h.wantKind("insert", h.store.Update(h.Context(), insert), engine.Conflict)
	h.wantTeams(red)
}

func erasesTeams(h harness) {
	red, blue := h.insertTeam("red"), h.insertTeam("blue")
	sample := user("ann")
	sample.TeamID = blue.ID
	ann := h.insertUser(sample)
	h.update(func(tx store.Tx) error { return tx.EraseTeam(blue.ID) })
	ann.TeamID = 0
	h.wantUsers(ann)
	h.wantTeams(red)
	if next := h.insertTeam("next"); next.ID <= blue.ID {
		h.Errorf("id %d of an erased team is used again: %d", blue.ID, next.ID)
	}
}

// filtersByReader: ann and bob are in a team, cat is in another, dan and eve in none.
func filtersByReader(h harness) {
	red, blue := h.insertTeam("red"), h.insertTeam("blue")
	ids := map[string]engine.UserID{}
	for name, team := range map[string]engine.TeamID{"ann": red.ID, "bob": red.ID, "cat": blue.ID, "dan": 0, "eve": 0} {
		person := user(name)
		person.TeamID = team
		ids[name] = h.insertUser(person).ID
	}
	for _, name := range []string{"ann", "bob", "cat", "dan", "eve"} {
		h.insert(pending(h, ids[name], name))
	}
	for reader, want := range map[string][]string{"ann": {"bob", "ann"}, "bob": {"bob", "ann"}, "cat": {"cat"}, "dan": {"dan"}, "eve": {"eve"}} {
		h.wantLabels(store.ScanFilter{Reader: ids[reader]}, want...)
	}
	h.wantLabels(store.ScanFilter{Reader: ids["ann"], OwnerID: ids["bob"]}, "bob")
	h.wantLabels(store.ScanFilter{Reader: ids["ann"], OwnerID: ids["cat"]})
	h.wantLabels(store.ScanFilter{Reader: ids["ann"], States: []engine.State{engine.StatePending}, InQueue: true, Limit: 1}, "ann")
	h.wantLabels(store.ScanFilter{Reader: 999})
}
