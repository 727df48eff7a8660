package report_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// escaped are characters of a row that end no cell.
var escaped = regexp.MustCompile(`\\.`)

// brokenRows gives the rows of tables that have another number of cells than their head,
// or code that does not end in its cell.
func brokenRows(page string) (broken []string) {
	cells := 0
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, "|") {
			cells = 0
			continue
		}
		plain := escaped.ReplaceAllString(line, "")
		n := strings.Count(plain, "|")
		if cells == 0 {
			cells = n
		}
		for cell := range strings.SplitSeq(plain, "|") {
			if strings.Count(cell, "`")%2 != 0 {
				n = -1
			}
		}
		if n != cells || !strings.HasSuffix(line, "|\n") {
			broken = append(broken, line)
		}
	}
	return broken
}

func TestMarkdownTables(t *testing.T) {
	for name, page := range map[string]string{"sample": render(t, "markdown", sample()), "compared": render(t, "markdown", compared()), "hostile": render(t, "markdown", hostile())} {
		for _, row := range brokenRows(page) {
			t.Errorf("%s: this row is broken: %s", name, row)
		}
	}
	if rows := brokenRows("| a | b |\n|---|---|\n| x | y | z |\n| `x | y` |\n| x | y |\n"); len(rows) != 2 {
		t.Errorf("of two broken rows are seen %q", rows)
	}
}

// TestHostileMarkdownPage: outside of code there is no markup, link or mention of a host's.
func TestHostileMarkdownPage(t *testing.T) {
	page := render(t, "markdown", hostile())
	outside := regexp.MustCompile("`[^`]*`").ReplaceAllString(escaped.ReplaceAllString(page, ""), "")
	for _, bad := range []string{"<script", "<img", "<style", "](", "**bold", "::error"} {
		for line := range strings.Lines(outside) {
			if strings.Contains(line, bad) && bad != "::error" || strings.HasPrefix(strings.TrimSpace(line), "::") {
				t.Errorf("the page holds %q: %s", bad, line)
			}
		}
	}
	f := sampleFindings()[0]
	f.Title = "see https://evil.example and www.evil.example, @admin `x` \\| y"
	page = render(t, "markdown", withFindings(f))
	for _, bad := range []string{"https://evil", "www.evil", "@admin", " `x`", " \\| "} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q:\n%s", bad, page)
		}
	}
}

// TestMarkdownIsCut: a summary longer than 1 MiB is not shown at all.
func TestMarkdownIsCut(t *testing.T) {
	var findings []engine.Finding
	for i := range 300 {
		f := sampleFindings()[0]
		f.Fingerprint, f.Remedy = fmt.Sprintf("%016x", i), strings.Repeat("long ", 10_000)
		f.Path = strings.Repeat("|", 10_000)
		findings = append(findings, f)
	}
	r := withFindings(findings...)
	page := render(t, "markdown", r)
	if !strings.Contains(page, "… and 100 more: the json, csv and html reports have them.") {
		t.Error("what is left out is not said")
	}
	for range 5_000 {
		r.Assessment.Notices = append(r.Assessment.Notices, policy.Notice{File: "f", Text: strings.Repeat("x", 10_000)})
	}
	for _, f := range findings {
		r.Assessment.Suppressed = append(r.Assessment.Suppressed, policy.Assessed{Finding: &f, Suppression: &policy.Suppression{Reason: strings.Repeat("|", 5000)}})
	}
	page = render(t, "markdown", r)
	if len(page) > 1<<20 || strings.Count(page, "<details>") != strings.Count(page, "</details>") || len(brokenRows(page)) > 0 {
		t.Errorf("%d bytes, %d broken rows", len(page), len(brokenRows(page)))
	}
}
