// Package rules holds the rules of the house: which package may import which,
// who may change what, what must stand beside what. Begin with [Rooms], the one
// table of packages, and [Rules]; house_test.go in the root runs every rule on
// this repository and on a violation it must reject.
//
// A rule reads a [Tree] and nothing else, so that a tree of a few lines can be
// made for it. Rules judge the text and the names in it, not types of other
// modules: they are fences against habit, not against malice.
package rules

import (
	"fmt"
	"slices"
	"strings"
)

// Module is the path that all our imports begin with.
const Module = "github.com/portolan-io/terraform-provider-portolan"

// Violation is one place where the tree breaks a rule.
type Violation struct {
	Where string // a file with its line, or a package
	What  string // what is wrong and what to do instead
}

// String gives the violation as one line.
func (v Violation) String() string { return v.Where + ": " + v.What }

// Rule is one rule of the house. Name is also the name of its violation, the
// file testdata/NAME.txt.
type Rule struct {
	Name  string
	Check func(*Tree) []Violation
}

// Rules lists every rule.
func Rules() []Rule {
	return []Rule{
		{"floors", floors},
		{"rooms", everyPackageHasARoom},
		{"depth", depth},
		{"fanout", fanOut},
		{"advance", onlyControlAdvances},
		{"dial", probesDoNotDial},
		{"exit", onlyMainExits},
		{"runner", onlyReportWritesToTheRunner},
		{"environment", doorsReadTheEnvironment},
		{"flags", doorsReadFlags},
		{"init", noInit},
		{"globals", noChangingGlobals},
		{"comments", packageComments},
		{"product", noTestSupportInProduct},
		{"names", names},
		{"size", sizes},
		{"lists", listsEqualFolders},
		{"objects", objectsHaveExampleAndTest},
		{"docs", docsAreGenerated},
		{"architecture", architectureTable},
		{"snippets", snippets},
		{"depguard", depguardMirrorsRooms},
	}
}

// found collects violations.
type found []Violation

func (f *found) add(where, format string, args ...any) {
	*f = append(*f, Violation{where, fmt.Sprintf(format, args...)})
}

// sorted puts them in order, as rules range over maps.
func (f found) sorted() []Violation {
	slices.SortFunc(f, func(a, b Violation) int { return strings.Compare(a.String(), b.String()) })
	return f
}
