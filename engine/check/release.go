package check

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// releaseTable says when releases of products end.
//
//go:embed releases.txt
var releaseTable string

// Aging is what a check wants to know of the release of a product, which the search
// language cannot say: there is a date for each branch of each.
type Aging string

// The agings.
const (
	AgingNot   Aging = ""
	AgingEnded Aging = "ended"  // its branch was not maintained any more when it was seen
	AgingLate  Aging = "behind" // its branch is, and a newer release of it is out
)

func (a Aging) valid() bool { return a == AgingNot || a == AgingEnded || a == AgingLate }

// line is a product of the table.
type line struct {
	product  string
	branches []branch             // ascending
	packed   map[string]time.Time // versions that a distribution maintains until a day
}

// branch is of all versions up to it that an earlier one is not of.
type branch struct {
	version string
	last    time.Time // day that it is maintained
	latest  string    // a release that is out; "" if that is not told
}

// releases are the lines of the table, by the name of the tag. They are read with the first
// document that names a product.
var releases = sync.OnceValues(func() (map[string]line, error) { return readReleases(releaseTable) })

var errRelease = errors.New("not a line of the table of releases")

func readReleases(table string) (map[string]line, error) {
	all := map[string]line{}
	name := ""
	for text := range strings.Lines(table) {
		words := strings.Fields(text)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if head := strings.Split(text, " | "); len(head) == 3 {
			name = head[0]
			all[name] = line{product: head[1], packed: map[string]time.Time{}}
			continue
		}
		of := all[name]
		if err := of.add(words); err != nil {
			return nil, fmt.Errorf("%q: %w", strings.TrimSpace(text), err)
		}
		all[name] = of
	}
	return all, nil
}

// add takes the words of a line about a product.
func (l *line) add(words []string) error {
	if len(words) < 2 || l.packed == nil {
		return errRelease
	}
	last, err := time.Parse(time.DateOnly, words[1])
	if err != nil {
		return errors.Join(errRelease, err)
	}
	if words[0] == "packed" {
		for _, version := range words[2:] {
			l.packed[version] = last
		}
		return nil
	}
	l.branches = append(l.branches, branch{words[0], last, strings.Join(words[2:], " ")})
	return nil
}

// tells gives a sentence for each product of a document that is as a check asks, as
// seen at a time. What a distribution has packed is left out: it mends old releases
// without telling a new version.
func (a Aging) tells(doc map[string]any, at time.Time) []string {
	known, err := releases()
	if err != nil || a == AgingNot || at.IsZero() || isPacked(doc) {
		return nil
	}
	said := map[string]bool{}
	for name, version := range versionsOf(doc) {
		if text := known[name].tell(a, version, at); text != "" {
			said[text] = true
		}
	}
	return slices.Sorted(maps.Keys(said))
}

// tell says how old a version is, "" if it is not as asked, or not known.
func (l line) tell(a Aging, version string, at time.Time) string {
	if at.Before(l.packed[version].AddDate(0, 0, 1)) {
		return ""
	}
	for _, b := range l.branches {
		if compareVersions(version, b.version) > 0 {
			continue
		}
		isOver := at.After(b.last.AddDate(0, 0, 1))
		switch {
		case a == AgingEnded && isOver:
			return fmt.Sprintf("%s %s (the end was on %s)", l.product, version, b.last.Format(time.DateOnly))
		case a == AgingLate && !isOver && b.latest != "" && isOf(version, b.version) && compareVersions(version, b.latest) < 0:
			return fmt.Sprintf("%s %s (%s is out)", l.product, version, b.latest)
		}
		return ""
	}
	return ""
}

// isOf reports whether a version is of a branch itself.
func isOf(version, branch string) bool { return compareVersions(version, branch) == 0 }

// compareVersions compares the numbers of a version with as many as the other has, so
// that 7.4.33 is equal to 7.4. What follows a number, as in 9.2p1, does not count.
func compareVersions(version, with string) int {
	parts := strings.Split(version, ".")
	for i, text := range strings.Split(with, ".") {
		have := 0
		if i < len(parts) {
			have = leadingNumber(parts[i])
		}
		if want := leadingNumber(text); have != want {
			return have - want
		}
	}
	return 0
}

func leadingNumber(text string) int {
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if end >= 0 {
		text = text[:end]
	}
	n, _ := strconv.Atoi(text) // nothing is 0
	return n
}

// versionsOf gives the products of a document that tell a version.
func versionsOf(doc map[string]any) map[string]string {
	versions := map[string]string{}
	tags, _ := doc["tag"].([]any)
	for _, item := range tags {
		tag, _ := item.(map[string]any)
		name, _ := tag["name"].(string)
		own, _ := tag[name].(map[string]any)
		if version, _ := own["version"].(string); version != "" && leadingNumber(version) > 0 {
			versions[name] = version
		}
	}
	return versions
}

// packing are the marks of distributions, and of services that maintain a product by
// themselves, in what a product says of itself.
var packing = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)debian|ubuntu|red ?hat|rhel|centos|fedora|alma ?linux|rocky|suse|oracle linux|amazon|amzn|-rds|-fips|alpine|raspbian|freebsd|openbsd|\+deb|deb\d+u|~bpo|\.el\d|\.fc\d|-gke\.|-eks|\+rke|\+k3s`)
})

// isPacked reports whether a document names a distribution.
func isPacked(doc map[string]any) bool {
	said := []string{"http.headers.server", "http.headers.x_powered_by", "http.headers.via", "dns.version_bind"}
	for name, block := range doc {
		if _, isBlock := block.(map[string]any); isBlock {
			said = append(said, name+".banner", name+".version", name+".os", name+".platform", name+".kernel_version", name+".distribution")
		}
	}
	return slices.ContainsFunc(said, func(path string) bool { return slices.ContainsFunc(valuesAt(doc, path), packing().MatchString) })
}
