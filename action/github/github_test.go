package github_test

import (
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/action/github"
	"github.com/portolan-io/terraform-provider-portolan/action/github/githubtest"
	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func client(g *githubtest.GitHub) *github.Client {
	return github.New(github.Config{API: g.URL + "/", Token: g.Token, Repository: "acme/shop"})
}

func TestCommentIsKeptUpToDate(t *testing.T) {
	g := githubtest.Start(t, github.PermissionComment)
	for range 130 {
		g.Say("User", "talk")
	}
	g.Say("User", "<!-- m -->forged")
	c := client(g)
	there, err := c.FindComment(t.Context(), 7, "<!-- m -->")
	if err != nil || there != nil {
		t.Fatal(there, err)
	}
	if _, err := c.SetComment(t.Context(), 7, nil, "<!-- m -->one"); err != nil {
		t.Fatal(err)
	}
	g.Busy(1)
	there, err = c.FindComment(t.Context(), 7, "<!-- m -->")
	if err != nil || there == nil {
		t.Fatal(there, err)
	}
	written, err := c.SetComment(t.Context(), 7, there, "<!-- m -->two")
	if got := g.Comments(); err != nil || len(got) != 132 || got[131].Body != "<!-- m -->two" || written.URL != got[131].URL {
		t.Errorf("%d comments, %v", len(got), err)
	}
}

func TestPermissionThatIsMissingIsNamed(t *testing.T) {
	g := githubtest.Start(t)
	_, err := client(g).SetComment(t.Context(), 7, nil, "x")
	if engine.KindOf(err) != engine.Forbidden || !strings.Contains(err.Error(), "pull-requests: write") {
		t.Error(err)
	}
	_, err = client(g).UploadSARIF(t.Context(), github.Analysis{Commit: strings.Repeat("a", 40), Ref: "refs/heads/main", SARIF: []byte("{}")})
	if engine.KindOf(err) != engine.Forbidden || !strings.Contains(err.Error(), "security-events: write") {
		t.Error(err)
	}
}

func TestUpload(t *testing.T) {
	g := githubtest.Start(t, github.PermissionSARIF)
	id, err := client(g).UploadSARIF(t.Context(), github.Analysis{Commit: strings.Repeat("a", 40), Ref: "refs/heads/main", SARIF: []byte(`{"version":"2.1.0"}`)})
	if err != nil || id == "" || string(g.SARIFs()[0]) != `{"version":"2.1.0"}` {
		t.Error(id, err)
	}
	if _, err := client(g).UploadSARIF(t.Context(), github.Analysis{Commit: "abc", Ref: "main", SARIF: []byte("{}")}); err == nil || engine.KindOf(err) == engine.Forbidden {
		t.Error(err)
	}
}
