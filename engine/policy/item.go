package policy

import (
	"path"
	"strconv"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// anySeverity counts every finding, also one of a severity this version does not
// know, as a newer engine may send it.
const anySeverity engine.Severity = "any"

// item is one condition of a policy: on a severity, or on a rule.
type item struct {
	severity engine.Severity // the floor; empty for a rule
	rule     string          // a glob over rule ids; empty for a severity
	cmp      string          // ">", ">=" or "=="
	limit    int
}

// String gives the item's canonical spelling: the default comparison is left out.
func (it item) String() string {
	if it.rule != "" {
		return rulePrefix + it.rule
	}
	if it.cmp == ">" && it.limit == 0 {
		return string(it.severity)
	}
	return string(it.severity) + it.cmp + strconv.Itoa(it.limit)
}

func (it item) count(findings []engine.Finding) int {
	n := 0
	for i := range findings {
		if it.matches(&findings[i]) {
			n++
		}
	}
	return n
}

func (it item) matches(f *engine.Finding) bool {
	switch {
	case it.rule != "":
		return matchGlob(it.rule, f.Rule)
	case it.severity == anySeverity:
		return true
	}
	return f.Severity.AtLeast(it.severity)
}

func (it item) holds(count int) bool {
	switch it.cmp {
	case ">=":
		return count >= it.limit
	case "==":
		return count == it.limit
	}
	return count > it.limit
}

func (it item) matchesAny(ids []string) bool {
	for _, id := range ids {
		if matchGlob(it.rule, id) {
			return true
		}
	}
	return false
}

// matchGlob relies on parseRule: a glob holds no slash, bracket or backslash, so
// that it cannot be malformed and its star crosses everything.
func matchGlob(glob, id string) bool {
	ok, err := path.Match(glob, id)
	return err == nil && ok
}
