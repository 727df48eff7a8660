package client_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// site is a web server with a flaw that comes and goes: it says which software it is.
type site struct {
	address netip.AddrPort
	server  *http.Server
}

// up starts the server, at the address it had before if it had one.
func (s *site) up(t *testing.T, flawed bool) {
	t.Helper()
	if !s.address.IsValid() {
		s.address = netip.MustParseAddrPort("127.0.0.1:0")
	}
	listener, err := net.Listen("tcp", s.address.String())
	if err != nil {
		t.Fatal(err)
	}
	s.address = netip.MustParseAddrPort(listener.Addr().String())
	s.server = &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if flawed {
			w.Header().Set("Server", "nginx/1.18.0")
		}
		_, _ = fmt.Fprint(w, "<title>A site</title>")
	})}
	go func() { _ = s.server.Serve(listener) }()
	t.Cleanup(func() { s.down() })
}

func (s *site) down() { _ = s.server.Close() }

// scanned runs a scan to its end and gives it.
func scanned(t *testing.T, c *client.Client, request engine.ScanRequest) engine.Scan {
	t.Helper()
	created, err := c.CreateScan(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	ended, err := c.Wait(t.Context(), created.ID, func(engine.Scan) {})
	if err != nil || ended.Status() != engine.StatusDone {
		t.Fatalf("the scan ended as %s, %v", ended.LastStep(), err)
	}
	return ended
}

// TestIssueMethods takes an issue through every method of a client.
func TestIssueMethods(t *testing.T) {
	c := enginetest.Embedded(t, t.TempDir())
	first, second := &site{}, &site{}
	first.up(t, true)
	second.up(t, true)
	ports := engine.Ports(fmt.Sprintf("%d,%d", first.address.Port(), second.address.Port()))
	scanned(t, c, engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: ports})
	everything := client.IssueQuery{
		States: []engine.IssueState{engine.IssuePresent}, Severities: engine.Severities(), Rules: []string{"http.version-disclosure"},
		Targets: []engine.Target{"127.0.0.1"}, Assignee: engine.Nobody, Text: "VERSION", Limit: 1,
	}
	page, err := c.Issues(t.Context(), everything)
	if err != nil || len(page.Issues) != 1 || page.Total != 2 {
		t.Fatalf("issues %+v, %v", page, err)
	}
	everything.Fingerprints = []string{page.Issues[0].Fingerprint}
	if page, err = c.Issues(t.Context(), everything); err != nil || page.Counts.Total() != 1 {
		t.Errorf("by fingerprint %+v, %v", page, err)
	}
	id, until := page.Issues[0].ID, time.Now().Add(time.Hour)
	me, err := c.CurrentUser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	issue, err := c.ChangeIssue(t.Context(), id, engine.IssueRequest{State: engine.IssueAccepted, Reason: "known", Expires: &until, Assignee: me.Email})
	if err != nil || issue.State != engine.IssueAccepted || issue.Assignee.ID != me.ID || !issue.Expires.Equal(until) {
		t.Errorf("changed %+v, %v", issue, err)
	}
	if issue, err = c.NoteIssue(t.Context(), id, "noted"); err != nil || issue.ID != id {
		t.Errorf("noted %+v, %v", issue, err)
	}
	if issue, err = c.Issue(t.Context(), id); err != nil || issue.Reason != "known" {
		t.Errorf("issue %+v, %v", issue, err)
	}
	history, err := c.IssueHistory(t.Context(), id)
	if err != nil || len(history) != 4 || history[3].Note != "noted" || history[1].By.ID != me.ID {
		t.Errorf("history %+v, %v", history, err)
	}
	trend, err := c.IssueTrend(t.Context(), 7)
	if err != nil || len(trend) != 7 || trend[0].Total != 0 {
		t.Errorf("trend %+v, %v", trend, err)
	}
	if _, err := c.Issue(t.Context(), 999); engine.KindOf(err) != engine.NotFound {
		t.Errorf("an issue that is not there gives %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Issues(ctx, client.IssueQuery{}); err == nil {
		t.Error("a cancelled call succeeds")
	}
	disclosures := client.IssueQuery{Rules: []string{"http.version-disclosure"}}
	all, err := c.Issues(t.Context(), disclosures)
	if err != nil || len(all.Issues) != 2 {
		t.Fatalf("issues %+v, %v", all, err)
	}
	disclosures.Offset = 1
	rest, err := c.Issues(t.Context(), disclosures)
	if err != nil || len(rest.Issues) != len(all.Issues)-1 || rest.Issues[0].ID != all.Issues[1].ID {
		t.Errorf("from the second on there are %+v, %v", rest, err)
	}
}
