package feed

import (
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
)

// Outcome is how far something holds for a product. What a scan cannot see, such as the
// edition or the system below, may or may not hold.
type Outcome int

// The outcomes; a greater one is more certain.
const (
	No Outcome = iota
	Maybe
	Yes
)

// not turns an outcome around; what may hold still may.
func (o Outcome) not() Outcome { return Yes - o }

// Subject is a product in a version that is known, as a tag names it.
type Subject struct {
	Keys        []string // vendor:product under all names that lists have for it
	hidesUpdate bool     // it may have an update that it does not show
	edition     cpe.Value
	release     release
}

// jenkins has long-term releases with three numbers and weekly ones with two, which are
// mended apart: 2.426.3 has what was mended in 2.442.
const jenkins = "jenkins:jenkins"

// openssh shows the version that its authors give it for OpenBSD. The update of the
// portable release, as in 9.2p1, is added by Debian and those who follow it.
const openssh = "openbsd:openssh"

// NewSubject reads the CPE of a tag; false if it has no version.
func NewSubject(name cpe.Name) (Subject, bool) {
	if name.Version == cpe.Any || name.Version == cpe.NA {
		return Subject{}, false
	}
	s := Subject{Keys: Aliases(name.Key()), release: newRelease(name.Version.Text(), name.Update.Text())}
	s.hidesUpdate = s.Keys[0] == openssh && s.release.update == ""
	s.edition = cpe.Any
	if s.Keys[0] == jenkins {
		s.edition = cpe.NA
		if strings.Count(s.release.text, ".") > 1 {
			s.edition = "lts"
		}
	}
	return s, true
}

// String tells subjects apart, for a cache.
func (s Subject) String() string { return s.Keys[0] + " " + s.release.text + " " + s.release.update }

// Span gives version keys for an index: a criterion can only match a subject if their
// spans overlap.
func (s Subject) Span() (low, high string) { return s.release.span() }

// Bound is one end of a range of versions.
type Bound struct {
	Version   string `json:"version"`
	Excluding bool   `json:"excluding,omitempty"` // Version itself is outside
}

// Criterion names products by a CPE. One with any version is a range if it has bounds.
type Criterion struct {
	Vulnerable bool     `json:"vulnerable,omitempty"` // else it is what the vulnerable product runs on
	Name       cpe.Name `json:"name"`
	Start      *Bound   `json:"start,omitempty"`
	End        *Bound   `json:"end,omitempty"`
}

// beyond is above every version key.
const beyond = "~"

// Span gives version keys for an index, see [Subject.Span].
func (c Criterion) Span() (low, high string) {
	if version := c.Name.Version; version != cpe.Any {
		if version.HasWildcard() {
			return "", beyond
		}
		return newRelease(version.Text(), c.Name.Update.Text()).span()
	}
	high = beyond
	if c.Start != nil {
		low, _ = newRelease(c.Start.Version, "").span()
	}
	if c.End != nil {
		_, high = newRelease(c.End.Version, "").span()
	}
	return low, high
}

// of tells whether c is about the product of s, in any version.
func (c Criterion) of(s Subject) bool { return slices.Contains(s.Keys, c.Name.Key()) }

// Match says how far c holds for a subject whose product it is about.
func (c Criterion) Match(s Subject) Outcome {
	outcome := Yes
	if !c.isWritten(s.release) {
		if !c.matchesVersion(s.release) {
			return No
		}
		outcome = c.matchUpdate(s)
	}
	return min(outcome, c.matchEdition(s), c.matchVariety())
}

// isWritten tells whether c names exactly the release, in however many parts: what calls
// itself 3.0.25a may be listed as version 3.0.25, update a.
func (c Criterion) isWritten(r release) bool {
	version, update := c.Name.Version, c.Name.Update
	if version == cpe.NA || version.HasWildcard() || update == cpe.Any || update == cpe.NA {
		return false
	}
	return newRelease(version.Text(), update.Text()).whole == r.whole
}

func (c Criterion) matchesVersion(r release) bool {
	switch version := c.Name.Version; {
	case version == cpe.NA:
		return false // a product without versions is not the one that has shown one
	case version == cpe.Any:
		return c.holds(r)
	case version.HasWildcard():
		return version.Compare(cpe.Quote(r.text)) != cpe.Disjoint
	default:
		return newRelease(version.Text(), c.Name.Update.Text()).base == r.base
	}
}

// holds tells whether a release is in the range.
func (c Criterion) holds(r release) bool {
	if c.Start != nil {
		order := r.compare(newRelease(c.Start.Version, ""))
		if order < 0 || order == 0 && c.Start.Excluding {
			return false
		}
	}
	if c.End != nil {
		order := r.compare(newRelease(c.End.Version, ""))
		if order > 0 || order == 0 && c.End.Excluding {
			return false
		}
	}
	return true
}

// matchUpdate compares updates. A version that shows none is the release itself, unless
// the product hides which it is.
func (c Criterion) matchUpdate(s Subject) Outcome {
	want := c.Name.Update
	switch {
	case want == cpe.Any:
		return Yes
	case s.hidesUpdate:
		if newRelease("1", want.Text()).isPreview() {
			return No
		}
		return Maybe
	case want.Text() == s.release.update: // of NA it is ""
		return Yes
	}
	return No
}

// matchEdition: most editions are not seen. NVD writes "-" for the ordinary one where
// there are others; the free one is the one that is met.
func (c Criterion) matchEdition(s Subject) Outcome {
	switch c.Name.SWEdition {
	case cpe.Any, s.edition, "community", "open_source":
		return Yes
	}
	if s.edition == cpe.Any {
		return Maybe
	}
	return No
}

// matchVariety: a scan does not see the system a build is for.
func (c Criterion) matchVariety() Outcome {
	for _, v := range []cpe.Value{c.Name.Edition, c.Name.Language, c.Name.TargetHW, c.Name.Other} {
		if v != cpe.Any && v != cpe.NA {
			return Maybe
		}
	}
	switch c.Name.TargetSW {
	case "windows", "linux", "linux_kernel", "macos", "mac_os_x", "mac_os", "android", "iphone_os", "solaris", "unix", "freebsd":
		return Maybe
	}
	return Yes // others say which world a product is of: node.js, wordpress
}
