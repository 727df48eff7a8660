package policy

import (
	"path"
	"strconv"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// anySeverity counts every finding, also one of a severity this version does not
// know, as a newer engine may send it.
const anySeverity engine.Severity = "any"

// item is one condition of a policy: on a severity, on a rule, or an expression.
type item struct {
	severity engine.Severity // the floor; empty for a rule and an expression
	onlyNew  bool            // only new findings count
	rule     string          // a glob over rule ids; empty for others
	expr     expr            // nil for others
	cmp      string          // ">", ">=" or "=="
	limit    int
}

// String gives the item's canonical spelling: the default comparison is left out.
func (it item) String() string {
	if it.rule != "" {
		return rulePrefix + it.rule
	}
	if it.expr != nil {
		return exprPrefix + " " + it.expr.String()
	}
	text := string(it.severity)
	if it.onlyNew {
		text = newPrefix + text
	}
	if it.cmp == ">" && it.limit == 0 {
		return text
	}
	return text + it.cmp + strconv.Itoa(it.limit)
}

// judge counts what the item is about, and says whether it holds.
func (it item) judge(findings []Assessed) (int, bool) {
	if it.expr != nil && counts(it.expr) {
		return matching(findings, it.expr), it.expr.holds(view{all: findings})
	}
	n := 0
	for i := range findings {
		if it.matches(&findings[i]) {
			n++
		}
	}
	return n, it.holds(n)
}

// matching is how many findings an expression with count() counts, each once.
func matching(findings []Assessed, e expr) int {
	n := 0
	for i := range findings {
		if counted(e, view{one: &findings[i]}) {
			n++
		}
	}
	return n
}

// counted reports whether any count() of e counts the finding.
func counted(e expr, v view) bool {
	switch e := e.(type) {
	case count:
		return e.of.holds(v)
	case not:
		return counted(e.of, v)
	case both:
		return counted(e.left, v) || counted(e.right, v)
	case either:
		return counted(e.left, v) || counted(e.right, v)
	}
	return false
}

func (it item) matches(a *Assessed) bool {
	switch {
	case it.expr != nil:
		return it.expr.holds(view{one: a})
	case it.rule != "":
		return matchGlob(it.rule, a.Finding.Rule)
	case it.onlyNew && !a.New:
		return false
	case it.severity == anySeverity:
		return true
	}
	return a.Finding.Severity.AtLeast(it.severity)
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
