package terraform

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
)

// Version is a released or pre-release version of a command: 1.16.0-beta1.
type Version struct {
	Major, Minor, Patch int
	Pre                 string // "beta1"; empty for a release
}

var versionText = regexp.MustCompile(`^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+\S+)?$`)

// ParseVersion reads "1.11.4", "v1.11.4" or "1.16.0-beta1".
func ParseVersion(s string) (Version, error) {
	part := versionText.FindStringSubmatch(s)
	if part == nil {
		return Version{}, fmt.Errorf("%q is not a version such as 1.11.4", s)
	}
	var number [3]int
	for i := range number {
		n, err := strconv.Atoi(part[i+1])
		if err != nil {
			return Version{}, fmt.Errorf("%q is not a version such as 1.11.4: %w", s, err)
		}
		number[i] = n
	}
	return Version{Major: number[0], Minor: number[1], Patch: number[2], Pre: part[4]}, nil
}

// String gives the version without a leading v.
func (v Version) String() string {
	s := fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
	if v.Pre != "" {
		s += "-" + v.Pre
	}
	return s
}

// Less tells whether v is older than w. Pre-releases count as their release,
// because they have its features.
func (v Version) Less(w Version) bool {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor), cmp.Compare(v.Patch, w.Patch)) < 0
}
