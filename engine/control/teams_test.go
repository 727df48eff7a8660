package control_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

func everything(t *testing.T) *query.Query {
	t.Helper()
	all, err := query.Parse("*")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// scanned is a scan of user's that has ended with one response.
func (h *house) scanned(t *testing.T, user engine.User, target engine.Target) engine.Scan {
	t.Helper()
	scan, err := h.CreateScan(t.Context(), user, engine.ScanRequest{Targets: []engine.Target{target}, Ports: "80"})
	if err != nil {
		t.Fatal(err)
	}
	agent := h.agent()
	task, d := take(t, agent)
	finish(t, agent, task, d)
	return h.awaitOf(t, user, scan.ID, in(engine.StateDone))
}

func TestMatesRead(t *testing.T) {
	h := start(t)
	ann, bob, cat := h.join(t, "ann@example.com", "red"), h.join(t, "bob@example.com", "red"), h.join(t, "cat@example.com", "blue")
	scan := h.scanned(t, ann, "192.0.2.1")
	h.scanned(t, cat, "192.0.2.2")
	all := everything(t)
	for name, attempt := range map[string]func() error{
		"await":    func() error { _, err := h.AwaitScan(t.Context(), bob, scan.ID, 0); return err },
		"ports":    func() error { _, err := h.OpenPorts(t.Context(), bob, scan.ID); return err },
		"findings": func() error { return firstError(h.Findings(t.Context(), bob, scan.ID, index.FindingFilter{}, 0)) },
		"search": func() error {
			return firstError(h.Search(t.Context(), bob, control.Search{Query: all, Indices: []engine.ScanID{scan.ID}}))
		},
	} {
		wantKind(t, name+" by a mate", attempt(), "")
	}
	seen, err := h.Scan(t.Context(), bob, scan.ID)
	if err != nil || !seen.IsFromTeam || seen.Owner != ann.Owner() {
		t.Errorf("a mate sees %+v of the team %t, %v", seen.Owner, seen.IsFromTeam, err)
	}
	if own := h.awaitOf(t, ann, scan.ID, in(engine.StateDone)); own.IsFromTeam || own.Owner != ann.Owner() {
		t.Errorf("the owner sees %+v of the team %t", own.Owner, own.IsFromTeam)
	}
	for _, user := range []engine.User{ann, bob, cat} {
		scans, err := h.Scans(t.Context(), user, control.ScanQuery{})
		if err != nil || len(scans) != 1 || scans[0].IsFromTeam != (user == bob) {
			t.Errorf("%s lists %+v, %v", user.Email, scans, err)
		}
		if n, err := h.Count(t.Context(), user, control.Search{Query: all}); err != nil || n != 1 {
			t.Errorf("%s counts %d responses, %v", user.Email, n, err)
		}
	}
	if scans, err := h.Scans(t.Context(), h.user, control.ScanQuery{}); err != nil || len(scans) != 0 {
		t.Errorf("the first user, in no team, lists %d scans, %v", len(scans), err)
	}
}

func TestMatesChangeNothing(t *testing.T) {
	h := open(t, t.TempDir())
	ann, bob := h.join(t, "ann@example.com", "red"), h.join(t, "bob@example.com", "red")
	scan, err := h.CreateScan(t.Context(), ann, engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}, Label: "hers"})
	wantKind(t, "create", err, "")
	for name, attempt := range map[string]func() error{
		"rename": func() error { _, err := h.RenameScan(t.Context(), bob, scan.ID, "x"); return err },
		"cancel": func() error { _, err := h.CancelScan(t.Context(), bob, scan.ID); return err },
		"shift":  func() error { _, err := h.ShiftScan(t.Context(), bob, scan.ID, 1); return err },
		"delete": func() error { return h.DeleteScan(t.Context(), bob, scan.ID) },
	} {
		wantKind(t, name+" by a mate", attempt(), engine.Forbidden)
	}
	if got, err := h.Scan(t.Context(), ann, scan.ID); err != nil || got.Label != "hers" || got.Status() != engine.StatusPending {
		t.Errorf("a mate changed the scan: %+v, %v", got, err)
	}
}

func TestRightsFollowTheTeam(t *testing.T) {
	h := open(t, t.TempDir())
	ann, bob := h.join(t, "ann@example.com", "red"), h.join(t, "bob@example.com", "red")
	scan, err := h.CreateScan(t.Context(), ann, engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}})
	wantKind(t, "create", err, "")
	read := func(user engine.User) error { _, err := h.Scan(t.Context(), user, scan.ID); return err }
	_, err = h.RemoveMember(t.Context(), "red", bob.Email)
	wantKind(t, "remove", err, "")
	wantKind(t, "read once out of the team", read(bob), engine.NotFound)
	_, err = h.RemoveMember(t.Context(), "red", bob.Email)
	wantKind(t, "remove again", err, engine.Conflict)
	_, err = h.AddMember(t.Context(), "RED", bob.Email)
	wantKind(t, "add", err, "")
	wantKind(t, "read as a member", read(bob), "")
	wantKind(t, "dissolve", h.RemoveTeam(t.Context(), "red"), "")
	wantKind(t, "read with the team gone", read(bob), engine.NotFound)
	wantKind(t, "the owner", read(ann), "")
	wantKind(t, "dissolve again", h.RemoveTeam(t.Context(), "red"), engine.NotFound)
}

func TestNobodyIsInTwoTeams(t *testing.T) {
	h := open(t, t.TempDir())
	h.join(t, "ann@example.com", "red")
	_, err := h.AddTeam(t.Context(), "blue")
	wantKind(t, "add team", err, "")
	_, err = h.AddMember(t.Context(), "blue", "ann@example.com")
	wantKind(t, "join a second team", err, engine.Conflict)
	_, err = h.AddMember(t.Context(), "red", "ann@example.com")
	wantKind(t, "join the same team", err, "")
	_, err = h.AddMember(t.Context(), "green", "ann@example.com")
	wantKind(t, "join no team", err, engine.NotFound)
	_, err = h.AddTeam(t.Context(), "")
	wantKind(t, "a team without a name", err, engine.Invalid)
}
