package feed

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// release is a version with its update, as ranges compare it.
type release struct {
	text   string // of the version alone
	base   string // key of the version alone
	whole  string // key of the version with its update
	update string // "p1"; "" if none is shown
}

// newRelease reads a version, and an update unless the version has it at its end. What a
// distribution has added is left out: its package 8.0.33-0ubuntu0.22.04.2 is of
// version 8.0.33.
func newRelease(version, update string) release {
	if strings.Trim(version, "0123456789.") != "" { // numbers alone, as most are, hold neither
		version, _ = Upstream(version)
		version, _, _ = strings.Cut(version, "+") // how it was built: 1.15.2+ent
		if update == "" {
			version, update = cpe.SplitUpdate(version)
		}
	}
	base := query.VersionKey(version)
	if update == "" {
		return release{text: version, base: base, whole: base}
	}
	update = strings.ToLower(update)
	// Tomcat's milestones come before its betas.
	word := strings.Replace(update, "milestone", "alpha", 1)
	return release{text: version, base: base, whole: query.VersionKey(version + " " + word), update: update}
}

// isPreview tells whether the update is one of those before the release, such as rc1.
func (r release) isPreview() bool { return r.whole < r.base }

// span gives the keys between which r is, whether its update counts or not.
func (r release) span() (low, high string) { return min(r.base, r.whole), max(r.base, r.whole) }

// compare orders r and the end of a range; below 0 is earlier. An end without an update
// stands for the version with all that came after it, as NVD means it: 9.2p1 is not
// later than 9.2. What came before the release is earlier: 2.4.49-rc1 than 2.4.49.
func (r release) compare(end release) int {
	if end.update == "" && !r.isPreview() {
		return cmp.Compare(r.base, end.base)
	}
	return cmp.Compare(r.whole, end.whole)
}

// Upstream takes off what a distribution adds to the version of its package, and tells
// whether there was any: 7.4.3-4ubuntu2.18 is 7.4.3.
func Upstream(version string) (upstream string, packaged bool) {
	if at := packageSuffix.FindStringIndex(version); at != nil && at[0] > 0 {
		return version[:at[0]], true
	}
	return version, false
}

// packageSuffix is how versions of packages end: -0ubuntu0.22.04.2, -2+deb12u3, -1.el7,
// -26.P2.el7, ~bpo11+1, -1.fc38, -r15 (Alpine), -Debian, -RedHat-9.11.4.
var packageSuffix = regexp.MustCompile(`(?i)[-+~](?:[\w.+~]*(?:ubuntu|debian|deb\d|dfsg|bpo\d|\.el\d|\.fc\d|\.amzn\d|\.mga\d|suse)|red ?hat|alpine|centos|fedora|r\d+$).*$`)
