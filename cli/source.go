package cli

import (
	"cmp"
	"encoding/json"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// addSourceFlags let a command say where a scan comes from. What runs in GitHub Actions
// or GitLab CI is told by the environment; nothing is guessed from files.
func addSourceFlags(flags *pflag.FlagSet, s *engine.Source, t Terminal) {
	told := sourceOf(t.Getenv)
	flags.StringVar(&s.Repository, "repository", told.Repository, "repository the scan comes from, as in acme/shop (of the CI job)")
	flags.StringVar(&s.Branch, "branch", told.Branch, "branch the scan comes from (of the CI job)")
	flags.StringVar(&s.Commit, "commit", told.Commit, "commit the scan comes from (of the CI job)")
	s.RunURL = told.RunURL
}

// sourceOf reads what a CI job is told of itself.
func sourceOf(getenv func(string) string) engine.Source {
	switch {
	case getenv("GITHUB_ACTIONS") == "true":
		return sourceOnGitHub(getenv)
	case getenv("GITLAB_CI") == "true":
		return sourceOnGitLab(getenv)
	}
	return engine.Source{}
}

// sourceOnGitHub names a pull request by its own ref, pull/7/merge, and never by the
// branch it comes from: in a fork that may be called main as well.
func sourceOnGitHub(getenv func(string) string) engine.Source {
	s := engine.Source{Repository: getenv("GITHUB_REPOSITORY"), Commit: getenv("GITHUB_SHA")}
	s.Branch = strings.TrimPrefix(strings.TrimPrefix(getenv("GITHUB_REF"), "refs/"), "heads/")
	if server, run := getenv("GITHUB_SERVER_URL"), getenv("GITHUB_RUN_ID"); server != "" && run != "" {
		s.RunURL = server + "/" + s.Repository + "/actions/runs/" + run
	}
	return s
}

// sourceOnGitLab does the same: CI_COMMIT_BRANCH is not set for merge requests and tags.
func sourceOnGitLab(getenv func(string) string) engine.Source {
	s := engine.Source{Repository: getenv("CI_PROJECT_PATH"), Branch: getenv("CI_COMMIT_BRANCH"), Commit: getenv("CI_COMMIT_SHA"), RunURL: getenv("CI_JOB_URL")}
	if request := getenv("CI_MERGE_REQUEST_IID"); s.Branch == "" && request != "" {
		s.Branch = "merge-requests/" + request
	}
	if tag := getenv("CI_COMMIT_TAG"); s.Branch == "" && tag != "" {
		s.Branch = "tags/" + tag
	}
	return s
}

// defaultBranch is that of the repository of a CI job, "" if nothing says so. GitHub
// tells it in the file about the event only.
func defaultBranch(getenv func(string) string) string {
	var event struct {
		Repository struct {
			DefaultBranch string `json:"default_branch"`
		} `json:"repository"`
	}
	if text, err := os.ReadFile(getenv("GITHUB_EVENT_PATH")); err == nil {
		_ = json.Unmarshal(text, &event) // else it is not known
	}
	return cmp.Or(event.Repository.DefaultBranch, getenv("CI_DEFAULT_BRANCH"))
}
