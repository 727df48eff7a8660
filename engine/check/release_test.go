package check_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/check"
)

// TestReleases holds the table against its own rules: a source for each product, branches
// in order, releases of the branch they stand at.
func TestReleases(t *testing.T) {
	products, err := check.ReadReleases(check.ReleaseTable)
	if err != nil {
		t.Fatal(err)
	}
	if len(products) < 22 {
		t.Errorf("%d products", len(products))
	}
	for name, branches := range products {
		if len(branches) == 0 {
			t.Errorf("%s has no branch", name)
		}
		if !slices.IsSortedFunc(branches, check.CompareVersions) {
			t.Errorf("%s: %v is not in order", name, branches)
		}
	}
	head := regexp.MustCompile(`^[a-z_]+ \| [^|]+ \| https://\S+\n$`)
	for text := range strings.Lines(check.ReleaseTable) {
		if strings.Contains(text, " | ") && text[0] != '#' && !head.MatchString(text) {
			t.Errorf("%q is no product with its source", text)
		}
		if words := strings.Fields(text); len(words) == 3 && text[0] == ' ' && words[0] != "packed" && check.CompareVersions(words[2], words[0]) != 0 {
			t.Errorf("%s is no release of %s", words[2], words[0])
		}
	}
}

func TestReadReleasesRefuses(t *testing.T) {
	for _, table := range []string{"  7.4  2022-11-28\n", "php | PHP | https://x.example\n  7.4\n", "php | PHP | https://x.example\n  7.4  28.11.2022\n"} {
		if _, err := check.ReadReleases(table); err == nil {
			t.Errorf("%q is taken", table)
		}
	}
}

func TestCompareVersions(t *testing.T) {
	for _, tt := range []struct {
		version, with string
		want          int
	}{
		{"7.4.33", "7.4", 0}, {"7.4.33", "7.10", -1}, {"7.10.1", "7.4", 1}, {"9.2p1", "9.2", 0}, {"1.0.2k-fips", "1.0.2", 0},
		{"8", "8.1", -1}, {"10.0.20348", "10.0.14393", 1}, {"", "1", -1}, {"x", "0", 0}, {"99999999999999999999", "1", 1},
	} {
		if got := check.CompareVersions(tt.version, tt.with); got < 0 != (tt.want < 0) || got > 0 != (tt.want > 0) {
			t.Errorf("%s and %s: %d, want %d", tt.version, tt.with, got, tt.want)
		}
	}
}

// TestReleaseIsEvidence: a finding names product, version and day, and the same response
// has the same finding for good.
func TestReleaseIsEvidence(t *testing.T) {
	library := load(t)
	for seen, want := range map[string]string{
		"2022-11-28T12:00:00.000Z": "",
		"2022-11-30T00:00:00.000Z": "PHP 7.4.28 (the end was on 2022-11-28)\ntag.fullname: PHP",
		"":                         "",
	} {
		got := ""
		for _, f := range judge(t, library, check.Sample{"last_updated": seen, "tag": []any{map[string]any{"name": "php", "fullname": "PHP", "php": map[string]any{"version": "7.4.28"}}}}) {
			if f.Rule == "software.eol" {
				got = f.Evidence
			}
		}
		if got != want {
			t.Errorf("seen %q: %q, want %q", seen, got, want)
		}
	}
}

// FuzzVersions judges any version of a product.
func FuzzVersions(f *testing.F) {
	for _, version := range []string{"7.4.33", "5.5.5-10.3.39-MariaDB-0+deb10u1", "9.2p1", "", ".", "1..2"} {
		f.Add("php", version)
	}
	library, err := check.Load()
	if err != nil {
		f.Fatal(err)
	}
	seen := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006-01-02T15:04:05.000Z")
	f.Fuzz(func(t *testing.T, name, version string) {
		judge(t, library, check.Sample{"last_updated": seen, "tag": []any{map[string]any{"name": name, name: map[string]any{"version": version}}}})
	})
}
