package control_test

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// issues gives what a user sees of issues.
func (h *house) issues(t *testing.T, user engine.User, q control.IssueQuery) control.IssuePage {
	t.Helper()
	page, err := h.Issues(t.Context(), user, q)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// issue gives the only issue a user sees.
func (h *house) issue(t *testing.T, user engine.User) engine.Issue {
	t.Helper()
	page := h.issues(t, user, control.IssueQuery{})
	if len(page.Issues) != 1 {
		t.Fatalf("there are %d issues: %+v", len(page.Issues), page.Issues)
	}
	return page.Issues[0]
}

func (h *house) wantState(t *testing.T, when string, want engine.IssueState, seen int) {
	t.Helper()
	if got := h.issue(t, h.user); got.State != want || got.TimesSeen != seen {
		t.Errorf("%s the issue is %s, seen %d times; want %s, %d times", when, got.State, got.TimesSeen, want, seen)
	}
}

func (h *house) decide(t *testing.T, user engine.User, id engine.IssueID, r engine.IssueRequest) engine.Issue {
	t.Helper()
	issue, err := h.ChangeIssue(t.Context(), user, id, r)
	if err != nil {
		t.Fatal(err)
	}
	return issue
}

func accept() engine.IssueRequest {
	return engine.IssueRequest{State: engine.IssueAccepted, Reason: "behind a VPN"}
}

// TestIssueFollowsScans: what waits for a scan sees its issues as soon as it has ended.
func TestIssueFollowsScans(t *testing.T) {
	h := start(t)
	host, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	request := engine.ScanRequest{Targets: []engine.Target{"192.0.2.1", "192.0.2.2"}, Ports: "80"}
	first := h.ran(t, request, reportOn)
	h.wantState(t, "found", engine.IssuePresent, 1)
	h.ran(t, request, reportOn)
	h.wantState(t, "found again", engine.IssuePresent, 2)
	h.ran(t, request, nothing(other))
	h.wantState(t, "after a scan its host did not answer", engine.IssuePresent, 2)
	h.ran(t, engine.ScanRequest{Targets: request.Targets, Ports: "81"}, nothing(host, other))
	h.wantState(t, "after a scan that did not look there", engine.IssuePresent, 2)
	h.halfFailed(t, nothing(host, other))
	h.wantState(t, "after a scan that is not complete", engine.IssuePresent, 2)
	fixing := h.ran(t, request, nothing(host, other))
	h.wantState(t, "missed", engine.IssueFixed, 2)
	back := h.ran(t, request, reportOn)
	h.wantState(t, "back", engine.IssueRevived, 3)
	h.delete(t, back)
	h.wantState(t, "when its scan is deleted", engine.IssueRevived, 3)

	history, err := h.IssueHistory(t.Context(), h.user, h.issue(t, h.user).ID, 0, 0)
	if err != nil || len(history) != 3 {
		t.Fatalf("the history is %+v (%v)", history, err)
	}
	for i, want := range []engine.ScanID{first, fixing, back} {
		if got := history[i].ScanID; got == nil || *got != want || history[i].By != nil {
			t.Errorf("line %d of the history is %+v, want one by scan %d", i, history[i], want)
		}
	}
	trend, err := h.IssueTrend(t.Context(), h.user, 2)
	if err != nil || len(trend) != 2 || trend[0].Total != 0 || trend[1].High != 1 || trend[1].Total != 1 {
		t.Errorf("the trend is %+v (%v)", trend, err)
	}
}

// halfFailed runs a scan of two tasks: report says what the first found, the other failed.
func (h *house) halfFailed(t *testing.T, report func(engine.Task) engine.Report) {
	t.Helper()
	scan := h.create(t, "192.0.2.0/26")
	for _, failure := range []string{"", "the network is down"} {
		task, d := take(t, h.agent())
		result := report(task)
		result.Failure = failure
		if _, err := h.agent().Report(t.Context(), result); err != nil {
			t.Fatal(err)
		}
		if err := d.Ack(); err != nil {
			t.Fatal(err)
		}
	}
	h.await(t, scan.ID, in(engine.StateDone))
}

// TestCancelledScanOnlyAdds: what was found until then is an issue, what was not is not
// fixed.
func TestCancelledScanOnlyAdds(t *testing.T) {
	h := start(t)
	other := netip.MustParseAddr("192.0.2.2")
	request := engine.ScanRequest{Targets: []engine.Target{"192.0.2.1", "192.0.2.2"}, Ports: "80"}
	h.ran(t, request, reportOn)
	scan, err := h.CreateScan(t.Context(), h.user, request)
	if err != nil {
		t.Fatal(err)
	}
	task, _ := take(t, h.agent())
	report := found(other)(task)
	report.Done, report.Findings, report.Up = false, report.Findings[1:], []netip.Addr{netip.MustParseAddr("192.0.2.1"), other}
	if _, err := h.agent().Report(t.Context(), report); err != nil {
		t.Fatal(err)
	}
	if _, err := h.CancelScan(t.Context(), h.user, scan.ID); err != nil {
		t.Fatal(err)
	}
	page := control.IssuePage{}
	for len(page.Issues) < 2 && t.Context().Err() == nil { // as soon as the run has noticed
		if err := h.Merge(t.Context()); err != nil {
			t.Fatal(err)
		}
		page = h.issues(t, h.user, control.IssueQuery{})
	}
	if page.Counts.Present.High != 2 || page.Counts.Total() != 2 {
		t.Errorf("after a cancelled scan there are %+v", page.Issues)
	}
}

func TestAcceptanceExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := archive(t, t.TempDir())
		defer h.close(t)
		h.merged(t, h.withResult(t))
		issue := h.issue(t, h.user)
		until := time.Now().Add(36 * time.Hour)
		request := accept()
		request.Expires = &until
		if got := h.decide(t, h.user, issue.ID, request); got.State != engine.IssueAccepted || got.Reason != request.Reason || !got.Expires.Equal(until) {
			t.Errorf("accepted, the issue is %+v", got)
		}
		<-time.After(35 * time.Hour)
		h.tidy(t)
		h.wantState(t, "an hour before", engine.IssueAccepted, 1)
		<-time.After(time.Hour)
		h.tidy(t)
		h.wantState(t, "when the time is up", engine.IssuePresent, 1)

		until = time.Now().Add(time.Hour)
		h.decide(t, h.user, issue.ID, request)
		<-time.After(2 * time.Hour)
		h.merged(t, h.withResult(t))
		h.wantState(t, "at the next scan", engine.IssuePresent, 2)
		trend, err := h.IssueTrend(t.Context(), h.user, 3)
		if err != nil || trend[1].Total != 0 || trend[2].Total != 1 {
			t.Errorf("the trend is %+v (%v)", trend, err)
		}
	})
}

func TestDecisionOutlivesScans(t *testing.T) {
	h := start(t)
	host := netip.MustParseAddr("192.0.2.1")
	request := engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}, Ports: "80"}
	h.ran(t, request, reportOn)
	issue := h.issue(t, h.user)
	h.decide(t, h.user, issue.ID, engine.IssueRequest{State: engine.IssueFalsePositive, Reason: "honeypot"})
	h.ran(t, request, reportOn)
	h.wantState(t, "found again", engine.IssueFalsePositive, 2)
	h.ran(t, request, nothing(host))
	if got := h.issue(t, h.user); got.State != engine.IssueFalsePositive || !got.Gone {
		t.Errorf("missed, the issue is %+v", got)
	}
	if got := h.decide(t, h.user, issue.ID, engine.IssueRequest{State: engine.IssuePresent}); got.State != engine.IssueFixed {
		t.Errorf("reopened when it is gone, the issue is %s", got.State)
	}
	_, err := h.ChangeIssue(t.Context(), h.user, issue.ID, engine.IssueRequest{State: engine.IssuePresent})
	if engine.KindOf(err) != engine.Conflict {
		t.Errorf("reopening it again gives %v", err)
	}
}

// TestIssuesOfOtherChecks: a scan that was not told to ask a check fixes nothing of it.
func TestIssuesOfOtherChecks(t *testing.T) {
	h := start(t)
	host := netip.MustParseAddr("192.0.2.1")
	request := engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}, Ports: "80"}
	h.ran(t, request, reportOn)
	h.Asked = []string{"tls.x"}
	id := h.ran(t, request, nothing(host))
	h.wantState(t, "after a scan of other checks", engine.IssuePresent, 1)
	if d, err := h.Diff(t.Context(), h.user, id, 0); err != nil || len(d.Fixed) != 0 || len(d.Unknown) != 1 {
		t.Errorf("fixed %d, unknown %d, %v", len(d.Fixed), len(d.Unknown), err)
	}
	h.Asked = nil
	h.ran(t, request, nothing(host))
	h.wantState(t, "after a scan of all checks", engine.IssueFixed, 1)
}

// TestIssuesOfTeams: mates have one issue between them, others have their own, and to a
// stranger it does not exist.
func TestIssuesOfTeams(t *testing.T) {
	h := start(t)
	ann, bob := h.join(t, "ann@example.com", "red"), h.join(t, "bob@example.com", "red")
	eve := h.join(t, "eve@example.com", "blue")
	for _, user := range []engine.User{ann, bob, eve} {
		h.scannedBy(t, user)
	}
	issue := h.issue(t, ann)
	if issue.TimesSeen != 2 || h.issue(t, bob).ID != issue.ID || h.issue(t, eve).ID == issue.ID {
		t.Errorf("ann has %+v, eve %+v", issue, h.issue(t, eve))
	}
	request := accept()
	request.Assignee = "ANN@example.com"
	if got := h.decide(t, bob, issue.ID, request); got.State != engine.IssueAccepted || got.Assignee == nil || *got.Assignee != ann.Owner() {
		t.Errorf("decided by a mate, the issue is %+v", got)
	}
	if _, err := h.NoteIssue(t.Context(), ann, issue.ID, "until the move"); err != nil {
		t.Error(err)
	}
	h.wantWriters(t, ann, issue.ID, "", bob.Email, bob.Email, ann.Email)
	if n := len(h.issues(t, ann, control.IssueQuery{Assignee: ann.Email}).Issues); n != 1 {
		t.Errorf("%d issues are ann's", n)
	}
	if n := len(h.issues(t, ann, control.IssueQuery{Assignee: engine.Nobody}).Issues); n != 0 {
		t.Errorf("%d issues are nobody's", n)
	}
	h.wantStranger(t, eve, issue.ID)
	h.wantStranger(t, h.user, issue.ID)
	for _, email := range []string{eve.Email, "nobody@example.com"} {
		if _, err := h.ChangeIssue(t.Context(), ann, issue.ID, engine.IssueRequest{Assignee: email}); engine.KindOf(err) != engine.Invalid {
			t.Errorf("giving the issue to %s gives %v", email, err)
		}
	}
	if got := h.decide(t, ann, issue.ID, engine.IssueRequest{Assignee: engine.Nobody}); got.Assignee != nil {
		t.Errorf("taken from her, the issue is %+v's", got.Assignee)
	}
}

// scannedBy runs a scan of user's own that finds one thing.
func (h *house) scannedBy(t *testing.T, user engine.User) {
	t.Helper()
	scan, err := h.CreateScan(t.Context(), user, engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}, Ports: "80"})
	if err != nil {
		t.Fatal(err)
	}
	task, d := take(t, h.agent())
	finish(t, h.agent(), task, d)
	h.awaitOf(t, user, scan.ID, in(engine.StateDone))
}

// wantWriters fails unless the lines of a history are by these; "" is the engine.
func (h *house) wantWriters(t *testing.T, user engine.User, id engine.IssueID, want ...string) {
	t.Helper()
	history, err := h.IssueHistory(t.Context(), user, id, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range history {
		email := ""
		if line.By != nil {
			email = line.By.Email
		}
		got = append(got, email)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the history is by %q, want %q", got, want)
	}
}

func (h *house) wantStranger(t *testing.T, user engine.User, id engine.IssueID) {
	t.Helper()
	_, read := h.Issue(t.Context(), user, id)
	_, decided := h.ChangeIssue(t.Context(), user, id, accept())
	_, noted := h.NoteIssue(t.Context(), user, id, "hello")
	_, history := h.IssueHistory(t.Context(), user, id, 0, 0)
	for doing, err := range map[string]error{"read": read, "decide": decided, "note": noted, "history": history} {
		if engine.KindOf(err) != engine.NotFound || strings.Contains(err.Error(), "team") {
			t.Errorf("%s by %s gives %v", doing, user.Email, err)
		}
	}
}

// TestIssuesMoveWithTeams: who joins brings issues along, who leaves leaves them, and
// when the team is no more they are whose scan found them.
func TestIssuesMoveWithTeams(t *testing.T) {
	h := start(t)
	ann, bob := h.join(t, "ann@example.com", "red"), h.join(t, "bob@example.com", "")
	h.scannedBy(t, bob)
	h.decide(t, bob, h.issue(t, bob).ID, accept())
	h.scannedBy(t, ann)
	red := h.issue(t, ann)
	h.member(t, h.AddMember, bob)
	if got := h.issue(t, bob); got.ID != red.ID || got.TimesSeen != 2 || got.State != engine.IssuePresent || !got.FirstSeen.Before(red.FirstSeen) {
		t.Errorf("two issues became %+v", got)
	}
	h.wantWriters(t, ann, red.ID, "", "", bob.Email)
	h.wantTotal(t, ann, 1)
	h.decide(t, ann, red.ID, engine.IssueRequest{Assignee: bob.Email})
	h.member(t, h.RemoveMember, bob)
	if got := h.issue(t, ann); got.Assignee != nil {
		t.Errorf("the issue is still given to %+v", got.Assignee)
	}
	if n := h.issues(t, bob, control.IssueQuery{}).Counts.Total(); n != 0 {
		t.Errorf("bob took %d issues along", n)
	}
	if err := h.RemoveTeam(t.Context(), "red"); err != nil {
		t.Fatal(err)
	}
	if got := h.issue(t, ann); got.ID != red.ID {
		t.Errorf("when the team is no more, ann has %+v", got)
	}
	h.wantTotal(t, ann, 1)
}

// member puts a user in the team red, or takes them out.
func (h *house) member(t *testing.T, change func(ctx context.Context, team, email string) (engine.User, error), user engine.User) {
	t.Helper()
	if _, err := change(t.Context(), "red", user.Email); err != nil {
		t.Fatal(err)
	}
}

// wantTotal fails unless so many issues are open today.
func (h *house) wantTotal(t *testing.T, user engine.User, want int) {
	t.Helper()
	trend, err := h.IssueTrend(t.Context(), user, 1)
	if err != nil || trend[0].Total != want {
		t.Errorf("open today are %+v (%v), want %d", trend, err, want)
	}
}
