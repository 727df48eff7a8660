package action_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/action/github"
	"github.com/portolan-io/terraform-provider-portolan/action/github/githubtest"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// onPull makes the step one of a pull request whose head is in a repository.
func (s *stage) onPull(t *testing.T, g *githubtest.GitHub, head string) *stage {
	t.Helper()
	event := filepath.Join(t.TempDir(), "event.json")
	text := `{"number":7,"pull_request":{"number":7,"head":{"sha":"9fceb02d0ae598e95dc970b74767f19372d61af8","repo":{"full_name":"` + head + `"}}},"repository":{"default_branch":"main"}}`
	if err := os.WriteFile(event, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.env["GITHUB_EVENT_PATH"], s.env["GITHUB_EVENT_NAME"], s.env["GITHUB_REF"], s.env["GITHUB_API_URL"] = event, "pull_request", "refs/pull/7/merge", g.URL
	return s.with("github-token", g.Token)
}

func TestCommentAndUpload(t *testing.T) {
	g, zoo := githubtest.Start(t, github.PermissionComment, github.PermissionSARIF), enginetest.Services(t)
	s := newStage(t).onPull(t, g, "acme/shop").with("targets", "127.0.0.1", "ports", zoo.Ports(), "comment", "on-findings", "upload-sarif", "true")
	got := s.want(t, 10, "failed")
	if c := g.Comments(); len(c) != 1 || got["comment-url"] != c[0].URL || !strings.Contains(c[0].Body, "### 🔴 Portolan: failed") || !strings.Contains(c[0].Body, "redis.no-auth") {
		t.Errorf("%v, %q", c, got["comment-url"])
	}
	if len(g.SARIFs()) != 1 || got["sarif-id"] == "" {
		t.Errorf("%d uploads, %q", len(g.SARIFs()), got["sarif-id"])
	}
	clean := newStage(t).onPull(t, g, "acme/shop").with("targets", service(t), "comment", "on-findings")
	clean.want(t, 0, "passed")
	if c := g.Comments(); len(c) != 1 || !strings.Contains(c[0].Body, "resolved") {
		t.Errorf("the comment is not brought up to date: %v", c)
	}
	other := newStage(t).onPull(t, g, "acme/shop").with("targets", service(t), "comment", "on-findings")
	other.env["GITHUB_JOB"] = "other"
	other.want(t, 0, "passed")
	if c := g.Comments(); len(c) != 1 {
		t.Errorf("a job without findings comments: %v", c)
	}
}

func TestMissingPermissionsAreOneWarningAndNoVerdict(t *testing.T) {
	for _, test := range []struct{ head, says string }{{"acme/shop", "security-events: write"}, {"stranger/shop", "pull-requests: write, security-events: write"}} {
		g := githubtest.Start(t, github.PermissionComment)
		s := newStage(t).onPull(t, g, test.head).with("targets", service(t), "comment", "always", "upload-sarif", "true")
		s.want(t, 0, "passed")
		if strings.Count(s.log.String(), "::warning") != 1 || !strings.Contains(s.log.String(), test.says) {
			t.Errorf("%s: the log is\n%s", test.head, s.log.String())
		}
	}
}

func TestHeadOfAStrangerIsNotObeyed(t *testing.T) {
	g := githubtest.Start(t)
	s := newStage(t).onPull(t, g, "stranger/shop").with("targets", "127.0.0.1")
	s.env["GITHUB_EVENT_NAME"] = "pull_request_target"
	if err := os.Mkdir(filepath.Join(s.workspace, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.write(t, ".git/HEAD", "9fceb02d0ae598e95dc970b74767f19372d61af8\n")
	if got := s.want(t, 64, "error"); !strings.Contains(got["reason"], "pull_request_target") {
		t.Error(got["reason"])
	}
}
