package storetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testRecords(t *testing.T, open Open) {
	t.Run("every member is kept", func(t *testing.T) { keepsRecords(newHarness(t, open, t.TempDir())) })
	t.Run("names are unique", func(t *testing.T) { refusesTwinRecords(newHarness(t, open, t.TempDir())) })
	t.Run("what is missing is not found", func(t *testing.T) { missesRecords(newHarness(t, open, t.TempDir())) })
	t.Run("an old version is not saved", func(t *testing.T) { refusesOldRecords(newHarness(t, open, t.TempDir())) })
	t.Run("a note is no version", func(t *testing.T) { notesRecords(newHarness(t, open, t.TempDir())) })
	t.Run("filters", func(t *testing.T) { filtersRecords(newHarness(t, open, t.TempDir())) })
	t.Run("erased with who they belong to", func(t *testing.T) { erasesRecords(newHarness(t, open, t.TempDir())) })
}

// record is a record of owner's own with every member set but ID and Version.
func record(owner engine.UserID, kind engine.RecordKind, name string) engine.Record {
	return engine.Record{
		Kind: kind, Party: engine.Party{UserID: owner}, OwnerID: owner, Name: name, Due: at(9), Refers: []engine.RecordID{3, 12},
		Body: json.RawMessage(fmt.Sprintf(`{"name":%q,"text":"\u001b[2J — 週次"}`, name)), Extra: json.RawMessage(`{"Foreign":[1,{"b":null}]}`),
		CreatedAt: at(1), UpdatedAt: at(2),
	}
}

// changed gives the record changed by fn.
func changed(r engine.Record, fn func(*engine.Record)) engine.Record {
	fn(&r)
	return r
}

func (h harness) insertRecord(r engine.Record) engine.Record {
	h.Helper()
	h.update(func(tx store.Tx) error { return tx.InsertRecord(&r) })
	return r
}

func (h harness) wantRecords(filter store.RecordFilter, want ...engine.Record) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		got, err := tx.Records(filter)
		if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			h.Errorf("with the filter %+v there are\n%+v (%v), want\n%+v", filter, got, err, want)
		}
		isPart := filter.Start > 0 || filter.Size > 0
		if n, err := tx.CountRecords(filter); err != nil || n != len(want) && !isPart {
			h.Errorf("with the filter %+v %d are counted (%v), want %d", filter, n, err, len(want))
		}
		return nil
	})
}

func keepsRecords(h harness) {
	ann := h.insertUser(user("ann"))
	h.wantRecords(store.RecordFilter{})
	first := h.insertRecord(record(ann.ID, "profile", "weekly"))
	h.wantAllSet(first)
	second := h.insertRecord(record(ann.ID, "profile", "nightly"))
	if first.ID < 1 || second.ID <= first.ID || first.Version != 1 {
		h.Errorf("ids %d, %d do not rise, or the first version is %d", first.ID, second.ID, first.Version)
	}
	h.wantRecords(store.RecordFilter{}, first, second)
	bare := engine.Record{ID: first.ID, Kind: first.Kind, Version: first.Version, Body: json.RawMessage(`{}`), CreatedAt: first.CreatedAt, UpdatedAt: at(3)}
	h.update(func(tx store.Tx) error { return tx.SaveRecord(&bare) })
	if bare.Version != 2 {
		h.Errorf("saved, the version is %d", bare.Version)
	}
	h.view(func(tx store.Tx) error {
		if got, err := tx.Record(bare.ID); err != nil || !reflect.DeepEqual(got, bare) {
			h.Errorf("the record is\n%+v (%v), want\n%+v", got, err, bare)
		}
		return nil
	})
}

func refusesTwinRecords(h harness) {
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	h.insertRecord(record(ann.ID, "profile", "weekly"))
	h.insertRecord(record(bob.ID, "profile", "weekly"))
	h.insertRecord(record(ann.ID, "schedule", "weekly"))
	h.insertRecord(record(ann.ID, "waiver", ""))
	h.insertRecord(record(ann.ID, "waiver", ""))
	twin, other := record(ann.ID, "profile", "WEEKLY"), h.insertRecord(record(ann.ID, "profile", "nightly"))
	insert := func(tx store.Tx) error { return tx.InsertRecord(&twin) }
	h.wantKind("insert a twin", h.store.Update(h.Context(), insert), engine.Conflict)
	other.Name = "Weekly"
	save := func(tx store.Tx) error { return tx.SaveRecord(&other) }
	h.wantKind("make one a twin", h.store.Update(h.Context(), save), engine.Conflict)
}

func missesRecords(h harness) {
	ann := h.insertUser(user("ann"))
	there := h.insertRecord(record(ann.ID, "profile", "weekly"))
	h.view(func(tx store.Tx) error {
		_, err := tx.Record(there.ID + 1)
		h.wantKind("read", err, engine.NotFound)
		return nil
	})
	for doing, fn := range map[string]func(tx store.Tx) error{
		"save":  func(tx store.Tx) error { return tx.SaveRecord(new(changed(there, func(r *engine.Record) { r.ID++ }))) },
		"erase": func(tx store.Tx) error { return tx.EraseRecord(there.ID + 1) },
		"insert for nobody": func(tx store.Tx) error {
			return tx.InsertRecord(new(record(ann.ID+1, "profile", "other")))
		},
	} {
		h.wantKind(doing, h.store.Update(h.Context(), fn), engine.NotFound)
	}
	h.wantRecords(store.RecordFilter{}, there)
	h.update(func(tx store.Tx) error { return tx.EraseRecord(there.ID) })
	h.wantRecords(store.RecordFilter{})
	if next := h.insertRecord(record(ann.ID, "profile", "next")); next.ID <= there.ID {
		h.Errorf("id %d of an erased record is used again", next.ID)
	}
}

func refusesOldRecords(h harness) {
	ann := h.insertUser(user("ann"))
	old := h.insertRecord(record(ann.ID, "profile", "weekly"))
	newer := changed(old, func(r *engine.Record) { r.UpdatedAt = at(7) })
	h.update(func(tx store.Tx) error { return tx.SaveRecord(&newer) })
	save := func(tx store.Tx) error { return tx.SaveRecord(&old) }
	h.wantKind("save an old version", h.store.Update(h.Context(), save), engine.Conflict)
	h.wantRecords(store.RecordFilter{}, newer)
}

func notesRecords(h harness) {
	ann := h.insertUser(user("ann"))
	kept := h.insertRecord(record(ann.ID, "schedule", "weekly"))
	noted := changed(kept, func(r *engine.Record) {
		r.Name, r.Version, r.UpdatedAt, r.Due, r.Body = "other", 9, at(8), at(7), json.RawMessage(`{"runs":1}`)
	})
	h.update(func(tx store.Tx) error { return tx.NoteRecord(&noted) })
	kept.Due, kept.Body = noted.Due, noted.Body
	h.wantRecords(store.RecordFilter{}, kept)
	noted.ID++
	note := func(tx store.Tx) error { return tx.NoteRecord(&noted) }
	h.wantKind("note what is not there", h.store.Update(h.Context(), note), engine.NotFound)
}

func filtersRecords(h harness) {
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	mine := engine.Party{UserID: ann.ID}
	weekly := h.insertRecord(record(ann.ID, "profile", "weekly"))
	never := h.insertRecord(changed(record(ann.ID, "schedule", "never"), func(r *engine.Record) { r.Due, r.Refers = time.Time{}, nil }))
	soon := h.insertRecord(changed(record(bob.ID, "schedule", "soon"), func(r *engine.Record) { r.Due, r.Refers = at(5), nil }))
	sooner := h.insertRecord(changed(record(ann.ID, "schedule", "sooner"), func(r *engine.Record) { r.Due, r.Refers = at(4), nil }))
	for _, test := range []struct {
		filter store.RecordFilter
		want   []engine.Record
	}{
		{store.RecordFilter{}, []engine.Record{weekly, never, soon, sooner}},
		{store.RecordFilter{Kind: "schedule"}, []engine.Record{never, soon, sooner}},
		{store.RecordFilter{Party: mine}, []engine.Record{weekly, never, sooner}},
		{store.RecordFilter{Party: mine, Kind: "profile", Name: "WEEKLY"}, []engine.Record{weekly}},
		{store.RecordFilter{Name: "week"}, nil},
		{store.RecordFilter{IDs: []engine.RecordID{sooner.ID, weekly.ID, 999}}, []engine.Record{weekly, sooner}},
		{store.RecordFilter{Kind: "schedule", DueBy: at(5)}, []engine.Record{sooner, soon}},
		{store.RecordFilter{Kind: "schedule", DueBy: at(3)}, nil},
		{store.RecordFilter{RefersTo: 3}, []engine.Record{weekly}},
		{store.RecordFilter{RefersTo: 1}, nil},
		{store.RecordFilter{AfterID: never.ID}, []engine.Record{soon, sooner}},
		{store.RecordFilter{Start: 1, Size: 2}, []engine.Record{never, soon}},
		{store.RecordFilter{Start: 3}, []engine.Record{sooner}},
		{store.RecordFilter{Kind: "schedule", DueBy: at(5), Size: 1}, []engine.Record{sooner}},
	} {
		h.wantRecords(test.filter, test.want...)
	}
}

// erasesRecords: ann is in a team, and declared a record of it.
func erasesRecords(h harness) {
	red := h.insertTeam("red")
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	h.insertRecord(record(ann.ID, "profile", "mine"))
	his := h.insertRecord(record(bob.ID, "profile", "his"))
	team := h.insertRecord(changed(record(ann.ID, "profile", "team"), func(r *engine.Record) { r.Party = engine.Party{TeamID: red.ID} }))
	h.update(func(tx store.Tx) error { return tx.EraseUser(ann.ID) })
	team.OwnerID = 0
	h.wantRecords(store.RecordFilter{}, his, team)
	h.update(func(tx store.Tx) error { return tx.EraseTeam(red.ID) })
	h.wantRecords(store.RecordFilter{}, his)
}
