package storetest

import (
	"reflect"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testIssues(t *testing.T, open Open) {
	t.Run("every member is kept", func(t *testing.T) { keepsIssues(newHarness(t, open, t.TempDir())) })
	t.Run("a party has one of a fingerprint", func(t *testing.T) { refusesTwinIssues(newHarness(t, open, t.TempDir())) })
	t.Run("what is missing is not found", func(t *testing.T) { missesIssues(newHarness(t, open, t.TempDir())) })
	t.Run("filters", func(t *testing.T) { filtersIssues(newHarness(t, open, t.TempDir())) })
	t.Run("pages", func(t *testing.T) { pagesIssues(newHarness(t, open, t.TempDir())) })
	t.Run("history is only appended to", func(t *testing.T) { keepsHistory(newHarness(t, open, t.TempDir())) })
	t.Run("erased with who they belong to", func(t *testing.T) { erasesIssues(newHarness(t, open, t.TempDir())) })
	t.Run("days", func(t *testing.T) { countsDays(newHarness(t, open, t.TempDir())) })
	t.Run("merges", func(t *testing.T) { keepsMerges(newHarness(t, open, t.TempDir())) })
}

// issue is an issue of owner's own with every member set but Assignee, told from
// others by fingerprint.
func issue(owner engine.UserID, fingerprint string) engine.Issue {
	fixed, revived, expires, decided := at(3), at(4), at(50), at(7)
	return engine.Issue{
		Fingerprint: fingerprint, State: engine.IssueAccepted, Gone: true, Rule: "rule of " + fingerprint, Title: "title \x1b[2J of " + fingerprint,
		Severity: engine.High, Target: "192.0.2.0/24", Host: "www.example.com", IP: "192.0.2.7", Port: 8443, Transport: engine.TCP, Protocol: "http", Path: "/a?b",
		URI: "http://www.example.com:8443/a?b", FirstSeen: at(1), LastSeen: at(2), FirstScan: 5, LastScan: 6, TimesSeen: 2,
		FixedAt: &fixed, RevivedAt: &revived, ChangedAt: at(5), Reason: "because", Expires: &expires, DecidedAt: &decided, DecidedBy: &engine.Owner{ID: owner, Email: "then@example.com"},
		OwnerID: owner, Party: engine.Party{UserID: owner},
	}
}

// with gives the issue changed by fn.
func with(i engine.Issue, fn func(*engine.Issue)) engine.Issue {
	fn(&i)
	return i
}

func (h harness) saveIssue(i engine.Issue) engine.Issue {
	h.Helper()
	h.update(func(tx store.Tx) error { return tx.SaveIssues([]*engine.Issue{&i}) })
	i.Changes = nil
	return i
}

func (h harness) wantIssues(filter store.IssueFilter, want ...engine.Issue) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		got, err := tx.Issues(filter)
		if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			h.Errorf("with the filter %+v there are\n%+v (%v), want\n%+v", filter, got, err, want)
		}
		filter.Start, filter.Size = 0, 0
		counts, err := tx.CountIssues(filter)
		if n := counts.Total(); err != nil || n < len(want) {
			h.Errorf("with the filter %+v %d are counted (%v), want %d", filter, n, err, len(want))
		}
		return nil
	})
}

func keepsIssues(h harness) {
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	h.wantIssues(store.IssueFilter{})
	sample := issue(ann.ID, "f1")
	sample.Assignee = &engine.Owner{ID: bob.ID}
	first := h.saveIssue(sample)
	h.wantAllSet(first, "Changes")
	second := h.saveIssue(issue(ann.ID, "f2"))
	if first.ID < 1 || second.ID <= first.ID {
		h.Errorf("ids %d, %d do not rise", first.ID, second.ID)
	}
	h.wantIssues(store.IssueFilter{}, first, second)
	bare := engine.Issue{ID: first.ID, Fingerprint: "f3", State: engine.IssuePresent, Severity: engine.Info, ChangedAt: at(6), Party: engine.Party{TeamID: 9}}
	h.saveIssue(bare)
	h.wantIssues(store.IssueFilter{}, second, bare)
	h.view(func(tx store.Tx) error {
		if got, err := tx.Issue(bare.ID); err != nil || !reflect.DeepEqual(got, bare) {
			h.Errorf("issue %d is %+v (%v)", bare.ID, got, err)
		}
		return nil
	})
}

func refusesTwinIssues(h harness) {
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	h.saveIssue(issue(ann.ID, "f1"))
	h.saveIssue(issue(bob.ID, "f1"))
	h.saveIssue(with(issue(ann.ID, "f1"), func(i *engine.Issue) { i.Party = engine.Party{TeamID: engine.TeamID(ann.ID)} }))
	twin := issue(ann.ID, "f1")
	insert := func(tx store.Tx) error { return tx.SaveIssues([]*engine.Issue{&twin}) }
	h.wantKind("insert a twin", h.store.Update(h.Context(), insert), engine.Conflict)
}

func missesIssues(h harness) {
	ann := h.insertUser(user("ann"))
	there := h.saveIssue(issue(ann.ID, "f1"))
	h.view(func(tx store.Tx) error {
		_, err := tx.Issue(there.ID + 1)
		h.wantKind("read", err, engine.NotFound)
		history, err := tx.IssueHistory(there.ID+1, 0, 0)
		if len(history) > 0 || err != nil {
			h.Errorf("an issue that is not there has the history %+v (%v)", history, err)
		}
		return nil
	})
	for doing, wrong := range map[string]engine.Issue{
		"save what is not there": with(there, func(i *engine.Issue) { i.ID++ }),
		"insert for nobody":      issue(ann.ID+1, "f2"),
		"assign to nobody there": with(issue(ann.ID, "f3"), func(i *engine.Issue) { i.Assignee = &engine.Owner{ID: ann.ID + 1} }),
	} {
		save := func(tx store.Tx) error { return tx.SaveIssues([]*engine.Issue{&wrong}) }
		h.wantKind(doing, h.store.Update(h.Context(), save), engine.NotFound)
	}
	h.update(func(tx store.Tx) error { return tx.EraseIssues([]engine.IssueID{there.ID + 1}) })
	h.wantIssues(store.IssueFilter{}, there)
}

func filtersIssues(h harness) {
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	mine := engine.Party{UserID: ann.ID}
	later := at(51)
	accepted := h.saveIssue(issue(ann.ID, "f1"))
	present := h.saveIssue(with(issue(ann.ID, "f2"), func(i *engine.Issue) {
		i.State, i.Gone, i.Severity, i.Target, i.Host, i.IP = engine.IssuePresent, false, engine.Critical, "db.example.com", "db.example.com", "2001:db8::1"
		i.Assignee, i.Path, i.Expires = &engine.Owner{ID: bob.ID}, "/100%_\\x", nil
	}))
	fixed := h.saveIssue(with(issue(ann.ID, "f3"), func(i *engine.Issue) {
		i.State, i.Severity, i.Expires, i.Rule = engine.IssueFixed, engine.Low, &later, "tls.expired"
	}))
	h.saveIssue(with(issue(bob.ID, "f1"), func(i *engine.Issue) { i.Severity = engine.Info }))
	for _, test := range []struct {
		filter store.IssueFilter
		want   []engine.Issue
	}{
		{store.IssueFilter{}, []engine.Issue{present, accepted, fixed}},
		{store.IssueFilter{States: []engine.IssueState{engine.IssueFixed, engine.IssueAccepted}}, []engine.Issue{accepted, fixed}},
		{store.IssueFilter{Severities: []engine.Severity{engine.Critical}}, []engine.Issue{present}},
		{store.IssueFilter{Rules: []string{"tls.expired", "other"}}, []engine.Issue{fixed}},
		{store.IssueFilter{Fingerprints: []string{"f2", "f9"}}, []engine.Issue{present}},
		{store.IssueFilter{Targets: []engine.Target{"DB.example.com."}}, []engine.Issue{present}},
		{store.IssueFilter{Targets: []engine.Target{"2001:db8:0::1"}}, []engine.Issue{present}},
		{store.IssueFilter{Targets: []engine.Target{"192.0.2.9/24"}}, []engine.Issue{accepted, fixed}},
		{store.IssueFilter{Assignee: bob.ID}, []engine.Issue{present}},
		{store.IssueFilter{Unassigned: true}, []engine.Issue{accepted, fixed}},
		{store.IssueFilter{Text: "OF F3"}, []engine.Issue{fixed}},
		{store.IssueFilter{Text: `0%_\`}, []engine.Issue{present}},
		{store.IssueFilter{Text: "1__"}, nil},
		{store.IssueFilter{ExpiredBy: at(50)}, []engine.Issue{accepted}},
		{store.IssueFilter{ExpiredBy: at(49)}, nil},
		{store.IssueFilter{There: at(3)}, []engine.Issue{present}},
		{store.IssueFilter{There: at(2)}, nil},
		{store.IssueFilter{ByID: true}, []engine.Issue{accepted, present, fixed}},
		{store.IssueFilter{AfterID: accepted.ID}, []engine.Issue{present, fixed}},
	} {
		test.filter.Party = mine
		h.wantIssues(test.filter, test.want...)
	}
	h.view(func(tx store.Tx) error {
		counts, err := tx.CountIssues(store.IssueFilter{Party: mine})
		want := engine.IssueCounts{}
		want.Present.Add(engine.Critical, 1)
		want.Accepted.Add(engine.High, 1)
		want.Fixed.Add(engine.Low, 1)
		if err != nil || counts != want {
			h.Errorf("counts are %+v (%v), want %+v", counts, err, want)
		}
		return nil
	})
}

func pagesIssues(h harness) {
	ann := h.insertUser(user("ann"))
	var all []engine.Issue
	for i, fingerprint := range []string{"a", "b", "c", "d", "e"} {
		all = append(all, h.saveIssue(with(issue(ann.ID, fingerprint), func(one *engine.Issue) { one.LastSeen = at(20 - i) })))
	}
	h.wantIssues(store.IssueFilter{Size: 2}, all[:2]...)
	h.wantIssues(store.IssueFilter{Start: 2, Size: 2}, all[2:4]...)
	h.wantIssues(store.IssueFilter{Start: 3}, all[3:]...)
	h.wantIssues(store.IssueFilter{Start: 9, Size: 2})
	h.wantIssues(store.IssueFilter{AfterID: all[1].ID, Size: 2}, all[2:4]...)
}

func keepsHistory(h harness) {
	ann := h.insertUser(user("ann"))
	scan, by := engine.ScanID(8), engine.Owner{ID: ann.ID, Email: ann.Email}
	sample := issue(ann.ID, "f1")
	sample.Changes = []engine.IssueChange{
		{At: at(1), Event: engine.IssueSeen, To: engine.IssuePresent, ScanID: &scan},
		{At: at(2), Event: engine.IssueDecided, From: engine.IssuePresent, To: engine.IssueAccepted, By: &by, Note: "because"},
	}
	changes := slices.Clone(sample.Changes)
	h.update(func(tx store.Tx) error { return tx.SaveIssues([]*engine.Issue{&sample}) })
	sample.Changes = append(sample.Changes, engine.IssueChange{At: at(3), Event: engine.IssueNoted, From: engine.IssueAccepted, To: engine.IssueAccepted, By: &by, Note: "again"})
	changes = append(changes, sample.Changes[2])
	h.update(func(tx store.Tx) error { return tx.SaveIssues([]*engine.Issue{&sample}) })
	for i := range changes {
		changes[i].ID = sample.Changes[i].ID
		if changes[i].ID == 0 || i > 0 && changes[i].ID <= changes[i-1].ID {
			h.Errorf("line %d has the id %d", i, changes[i].ID)
		}
	}
	h.wantHistory(sample.ID, 0, 0, changes...)
	h.wantHistory(sample.ID, 1, 1, changes[1])
	h.wantHistory(sample.ID, 3, 0)
	h.update(func(tx store.Tx) error { return tx.EraseIssues([]engine.IssueID{sample.ID}) })
	h.wantHistory(sample.ID, 0, 0)
}

func (h harness) wantHistory(id engine.IssueID, start, size int, want ...engine.IssueChange) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		got, err := tx.IssueHistory(id, start, size)
		if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			h.Errorf("the history of issue %d from %d is\n%+v (%v), want\n%+v", id, start, got, err, want)
		}
		return nil
	})
}

// erasesIssues: ann is in a team, and found an issue of it; bob is assigned to it.
func erasesIssues(h harness) {
	red := h.insertTeam("red")
	ann, bob := h.insertUser(user("ann")), h.insertUser(user("bob"))
	h.saveIssue(issue(ann.ID, "mine"))
	his := h.saveIssue(issue(bob.ID, "his"))
	team := h.saveIssue(with(issue(ann.ID, "team"), func(i *engine.Issue) {
		i.Party, i.Assignee = engine.Party{TeamID: red.ID}, &engine.Owner{ID: ann.ID}
	}))
	h.update(func(tx store.Tx) error { return tx.EraseUser(ann.ID) })
	team.OwnerID, team.Assignee = 0, nil
	h.wantIssues(store.IssueFilter{}, his, team)
	h.update(func(tx store.Tx) error { return tx.EraseTeam(red.ID) })
	h.wantIssues(store.IssueFilter{}, his)
	if next := h.saveIssue(issue(bob.ID, "next")); next.ID <= team.ID {
		h.Errorf("id %d of an erased issue is used again: %d", team.ID, next.ID)
	}
}

// countsDays: an issue is present on the first day, worse on the second, fixed on the
// third, back on the fourth, given to a team on the fifth, which erases it.
func countsDays(h harness) {
	ann := h.insertUser(user("ann"))
	team := h.insertTeam("red")
	day := func(n int) func(*engine.Issue) { return func(i *engine.Issue) { i.ChangedAt = at(0).AddDate(0, 0, n) } }
	one := issue(ann.ID, "f1")
	for n, change := range []func(*engine.Issue){
		func(i *engine.Issue) { i.State = engine.IssuePresent },
		func(i *engine.Issue) { i.Severity = engine.Critical },
		func(i *engine.Issue) { i.State = engine.IssueFixed },
		func(i *engine.Issue) { i.State = engine.IssueRevived },
		func(i *engine.Issue) { i.Party = engine.Party{TeamID: team.ID} },
	} {
		one = h.saveIssue(with(with(one, day(n)), change))
		one = h.saveIssue(with(one, func(i *engine.Issue) { i.TimesSeen++ })) // which turns nothing
	}
	h.saveIssue(with(issue(ann.ID, "f2"), func(i *engine.Issue) { i.State, i.Severity = engine.IssuePresent, engine.Low }))
	mine, theirs := engine.Party{UserID: ann.ID}, engine.Party{TeamID: team.ID}
	h.wantTrend(mine, 6, [][2]int{{0, 1}, {1, 0}, {0, 0}, {1, 0}, {0, 0}, {0, 0}})
	h.wantTrend(mine, 4, [][2]int{{0, 0}, {1, 0}, {0, 0}, {0, 0}})
	h.wantTrend(theirs, 3, [][2]int{{0, 0}, {1, 0}, {1, 0}})
	h.update(func(tx store.Tx) error { return tx.EraseIssues([]engine.IssueID{one.ID}) })
	h.wantTrend(theirs, 3, [][2]int{{0, 0}, {0, 0}, {0, 0}})
}

// wantTrend fails unless on the days up to the fifth after the first so many critical
// and high issues were open, and one low one always.
func (h harness) wantTrend(party engine.Party, days int, want [][2]int) {
	h.Helper()
	last := at(0).AddDate(0, 0, 5)
	h.view(func(tx store.Tx) error {
		before, turns, err := tx.IssueTurns(party, last.AddDate(0, 0, 1-days))
		if err != nil {
			return err
		}
		for i, day := range engine.IssueTrend(last, days, before, turns) {
			low := 0
			if party.UserID != 0 {
				low = 1
			}
			if got := [2]int{day.Critical, day.High}; got != want[i] || day.Low != low || day.Total != got[0]+got[1]+low {
				h.Errorf("of %+v on %s there are %+v, want %v", party, day.Date, day.SeverityCounts, want[i])
			}
		}
		return nil
	})
}

func keepsMerges(h harness) {
	end := []engine.State{engine.StateScheduled, engine.StateScanning, engine.StateDone}
	h.insert(pending(h, 1, "waits"))
	first := h.insert(advanced(h, pending(h, 1, "first"), end...))
	second := h.insert(advanced(h, pending(h, 1, "second"), engine.StateScheduled, engine.StateScanning, engine.StateFailed))
	h.insert(advanced(h, pending(h, 1, "never ran"), engine.StateCancelled))
	deleted := h.insert(advanced(h, pending(h, 1, "deleted"), end...))
	deletion := at(30)
	deleted.DeletedAt = &deletion
	h.save(deleted)
	h.wantUnmerged(9, first.ID, second.ID)
	h.wantUnmerged(1, first.ID)
	h.wantMerge(store.Merge{ScanID: first.ID})
	begun := store.Merge{ScanID: first.ID, Findings: 3, Looked: 4}
	h.update(func(tx store.Tx) error { return tx.SaveMerge(begun) })
	h.wantMerge(begun)
	h.wantUnmerged(9, first.ID, second.ID)
	begun.Done = true
	h.update(func(tx store.Tx) error { return tx.SaveMerge(begun) })
	h.wantMerge(begun)
	h.wantUnmerged(9, second.ID)
	nothing := func(tx store.Tx) error { return tx.SaveMerge(store.Merge{ScanID: 99}) }
	h.wantKind("save the merge of no scan", h.store.Update(h.Context(), nothing), engine.NotFound)
	h.update(func(tx store.Tx) error { return tx.EraseScan(first.ID) })
	h.wantMerge(store.Merge{ScanID: first.ID})
}

func (h harness) wantMerge(want store.Merge) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		if got, err := tx.Merge(want.ScanID); err != nil || got != want {
			h.Errorf("the merge is %+v (%v), want %+v", got, err, want)
		}
		return nil
	})
}

func (h harness) wantUnmerged(limit int, want ...engine.ScanID) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		if got, err := tx.Unmerged(limit); err != nil || !slices.Equal(got, want) {
			h.Errorf("scans to merge are %v (%v), want %v", got, err, want)
		}
		return nil
	})
}
