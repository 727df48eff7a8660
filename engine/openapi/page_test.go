package openapi_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
	"github.com/portolan-io/terraform-provider-portolan/engine/openapi"
)

func pageOf(t *testing.T, table []api.Route) string {
	t.Helper()
	page, err := openapi.Page(info(), table)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func TestThePageAsksForNothing(t *testing.T) {
	page := pageOf(t, private.Routes(nil))
	if found := regexp.MustCompile(`<(script|link|img|iframe|object|form)\b|\b(src|style|on[a-z]+)=|@import|url\(|https?://[^1]`).FindAllString(page, -1); found != nil {
		t.Errorf("the page has %q", found)
	}
	for _, part := range []string{"default-src 'none'", "style-src 'sha256-", "frame-ancestors 'none'"} {
		if !strings.Contains(openapi.Policy(), part) {
			t.Errorf("the policy has no %s", part)
		}
	}
	if !strings.Contains(page, "prefers-color-scheme:dark") || !strings.Contains(page, `name="viewport"`) {
		t.Error("the page is for bright desks only")
	}
}

// TestThePageTellsWhichWordsThereAre also of what is within a member.
func TestThePageTellsWhichWordsThereAre(t *testing.T) {
	words := api.Argument{Name: "mode", Kind: api.Text, Doc: "how", Words: []string{"loud", "quiet"}}
	within := api.Argument{Name: "profile", Kind: api.Object, Doc: "what", Members: []api.Argument{words}}
	for _, argument := range []api.Argument{words, within} {
		page := pageOf(t, []api.Route{{Method: "POST", Path: "/api/x/", ID: "x", Chapter: "X", Success: 204, Body: []api.Argument{argument}}})
		if !strings.Contains(page, "how <span>(<code>loud</code>, <code>quiet</code>)</span>") {
			t.Errorf("the page has no words of %s", argument.Name)
		}
	}
}

func TestThePageTellsOfEveryRoute(t *testing.T) {
	table := private.Routes(nil)
	page := pageOf(t, table)
	for _, route := range table {
		if !strings.Contains(page, `<article id="`+route.ID+`">`) || !strings.Contains(page, `href="#`+route.ID+`"`) {
			t.Errorf("%s is not on the page", route)
		}
	}
	for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(page, `id="`+link[1]+`"`) {
			t.Errorf("%s leads nowhere", link[0])
		}
	}
}

func TestTheTextOfATableIsText(t *testing.T) {
	table := everything()
	table[0].Doc = "<script>alert(1)</script>"
	table[0].Body[2].Example = "it's <b>"
	page := pageOf(t, table)
	if strings.Contains(page, "<script") || strings.Contains(page, "<b>\"") {
		t.Error("text of the table has become markup")
	}
	if !strings.Contains(page, `it&#39;\&#39;&#39;s`) {
		t.Error("the command line cannot be given to a shell")
	}
}
