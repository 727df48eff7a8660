package cli_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// A scan of a branch is compared with the newest complete one of another branch, and the
// job it runs in says where it comes from.
func TestBaselineOfABranch(t *testing.T) {
	zoo := enginetest.Services(t)
	s := newShell(t)
	scan := func(exit int, more ...string) {
		t.Helper()
		s.want(t, exit, append([]string{"scan", "127.0.0.1", "--ports", zoo.Ports(), "--fail-on", "new:any", "--format", "json"}, more...)...)
	}
	scan(10, "--baseline", "branch:main", "--branch", "main")
	if !strings.Contains(s.err.String(), "branch main has no complete scan of these targets yet") {
		t.Errorf("it is not said that nothing is known:\n%s", s.err.String())
	}
	scan(0, "--baseline", "branch:main", "--branch", "side")
	if page := s.report(t); page.Summary.New != 0 || page.Summary.Known == 0 {
		t.Errorf("on the side: %+v", page.Summary)
	}
	scan(10, "--baseline", "branch:main", "--branch", "main", "--repository", "acme/other")
	scan(64, "--baseline", "auto")

	event := filepath.Join(t.TempDir(), "event.json")
	write(t, event, `{"repository": {"default_branch": "main"}}`)
	s.env = map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": event, "GITHUB_REF": "refs/pull/7/merge", "GITHUB_SHA": "9fceb02", "GITHUB_RUN_ID": "1",
		"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/other",
	}
	scan(0, "--baseline", "auto")
	s.want(t, 10, "report", "1", "--fail-on", "new:any", "--baseline", "branch:main") // nothing is older

	scans, err := enginetest.Embedded(t, s.dir).Scans(t.Context())
	want := engine.Source{Repository: "acme/other", Branch: "pull/7/merge", Commit: "9fceb02", RunURL: "https://github.com/acme/other/actions/runs/1"}
	if err != nil || scans[0].Source != want {
		t.Errorf("the newest comes from %+v, %v", scans[0].Source, err)
	}
}

// What runs for a merge request or a tag is no scan of a branch.
func TestSourceOnGitLab(t *testing.T) {
	zoo := enginetest.Services(t)
	s := newShell(t)
	s.env = map[string]string{"GITLAB_CI": "true", "CI_PROJECT_PATH": "acme/shop", "CI_COMMIT_SHA": "9fceb02", "CI_JOB_URL": "https://gitlab.example.com/7"}
	for name, branch := range map[string]string{"CI_COMMIT_BRANCH": "main", "CI_MERGE_REQUEST_IID": "merge-requests/main", "CI_COMMIT_TAG": "tags/main"} {
		s.env[name] = "main"
		s.want(t, 0, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--fail-on", "never")
		delete(s.env, name)
		scans, err := enginetest.Embedded(t, s.dir).Scans(t.Context())
		want := engine.Source{Repository: "acme/shop", Branch: branch, Commit: "9fceb02", RunURL: "https://gitlab.example.com/7"}
		if err != nil || scans[0].Source != want {
			t.Errorf("%s: it comes from %+v, %v", name, scans[0].Source, err)
		}
	}
}
