package action

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/action/github"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// publishToGitHub writes the comment and uploads the findings. What GitHub does not let
// it is one warning, and changes nothing of how the step ended.
func (r *run) publishToGitHub(ctx context.Context) {
	wantsComment := r.set.word("comment") != "never" && r.set.step.pull() != 0
	wantsUpload := r.set.is("upload-sarif")
	if !wantsComment && !wantsUpload {
		return
	}
	if r.set.step.isFork() {
		r.warn("Nothing is sent to GitHub", fmt.Errorf("the token of a pull request from a fork may write nothing; the summary has everything (missing: %s)", r.permissions(wantsComment, wantsUpload)))
		return
	}
	c := github.New(github.Config{API: r.set.step.apiURL, Token: r.set.given["github-token"], Repository: r.set.step.repository})
	if wantsComment {
		if err := r.comment(ctx, c); err != nil {
			r.warn("The pull request has no comment", err)
		}
	}
	if wantsUpload {
		if err := r.upload(ctx, c); err != nil {
			r.warn("Code scanning has no findings", err)
		}
	}
}

func (r *run) permissions(comment, upload bool) string {
	var list []string
	if comment {
		list = append(list, github.PermissionComment)
	}
	if upload {
		list = append(list, github.PermissionSARIF)
	}
	return strings.Join(list, ", ")
}

// comment keeps one comment for each leg of each job up to date. Without findings it is
// only written over what was there before.
func (r *run) comment(ctx context.Context, c *github.Client) error {
	marker := "<!-- portolan " + digest(r.set.step.category()) + " -->"
	there, err := c.FindComment(ctx, r.set.step.pull(), marker)
	if err != nil {
		return err
	}
	if r.set.word("comment") == "on-findings" && len(r.out.report.Assessment.Active) == 0 && there == nil {
		return nil
	}
	var page strings.Builder
	if err := pages.WriteComment(&page, r.out.report, marker); err != nil {
		return err
	}
	written, err := c.SetComment(ctx, r.set.step.pull(), there, page.String())
	r.out.commentURL = written.URL
	return err
}

// upload sends the report that is there already.
func (r *run) upload(ctx context.Context, c *github.Client) error {
	text, err := os.ReadFile(r.out.files["sarif"])
	if err != nil {
		return err
	}
	analysis := github.Analysis{Commit: r.set.step.sha, Ref: r.set.step.ref, SARIF: text, Started: r.out.report.Scan.CreatedAt}
	r.out.sarifID, err = c.UploadSARIF(ctx, analysis)
	return err
}

// isFork reports whether the step runs for a pull request of another repository, whose
// token may write nothing.
func (s step) isFork() bool {
	pull := s.event.PullRequest
	return s.eventName == "pull_request" && pull != nil && (pull.Head.Repo == nil || pull.Head.Repo.FullName != s.repository)
}

// pull is the number of the pull request, 0 for none.
func (s step) pull() int {
	if s.event.PullRequest == nil {
		return 0
	}
	return s.event.PullRequest.Number
}
