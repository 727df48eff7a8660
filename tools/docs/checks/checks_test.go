package checks_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
	"github.com/portolan-io/terraform-provider-portolan/tools/docs/checks"
)

func catalogue(t *testing.T) []check.Check {
	t.Helper()
	l, err := check.Load()
	if err != nil {
		t.Fatal(err)
	}
	return server.Catalogue(l)
}

// TestEveryCheckHasItsSection with all that is to be said, and a link that leads there.
func TestEveryCheckHasItsSection(t *testing.T) {
	known := catalogue(t)
	pages := checks.Pages(known)
	all := ""
	for name, page := range pages {
		if !strings.Contains(page, checks.Mark) || !strings.HasPrefix(name, "guides/checks") {
			t.Errorf("%s does not say where it is from", name)
		}
		all += page
	}
	for _, c := range known {
		if strings.Count(all, "\n## "+c.ID+"\n") != 1 || strings.Count(all, "["+c.ID+"](checks-") != 1 {
			t.Errorf("%s is not described once and listed once", c.ID)
		}
		for _, reference := range c.References {
			if !strings.Contains(all, "<"+reference+">") {
				t.Errorf("%s: %s is not named", c.ID, reference)
			}
		}
	}
}

// TestPagesAreFresh wants docs/ to have them, as make verify does for all pages.
func TestPagesAreFresh(t *testing.T) {
	pages := checks.Pages(catalogue(t))
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join("../../../docs", name))
		if err != nil || string(got) != want {
			t.Errorf("docs/%s is not what make generate writes (%v)", name, err)
		}
	}
	there, err := filepath.Glob("../../../docs/guides/checks*.md")
	if err != nil || len(there) != len(pages) {
		t.Errorf("%d guides of checks in docs/, want %d (%v)", len(there), len(pages), err)
	}
}
