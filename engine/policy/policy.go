// Package policy decides whether findings fail a build: the fail-on language, its
// verdict, and the exit codes that tell the outcome to a shell. Begin with
// [Parse] and [Policy.Judge].
//
// It is the one implementation that the command line, the provider, the action
// and the server share. It reads no file, asks no engine and prints nothing.
//
// The language:
//
//	policy   = item { ( "," | newline ) item }     any item that holds fails the build
//	item     = "never" | [ "new:" ] severity [ cmp count ] | "rule:" glob | "expr:" expression
//	severity = "critical" | "high" | "medium" | "low" | "info" | "any"    this or worse
//	cmp      = ">" | ">=" | "=="                   default: > 0
//	glob     = rule id in which * and ? stand for any characters and any one
//
// An expression is about one finding, and holds if it is true of any; within
// count(…) it is about all of them:
//
//	expr: new && port in [22, 3389]
//	expr: severity >= high && !(service == "http") || kev
//	expr: count(severity >= medium && target =~ "^prod") > 3
//
// Its fields are severity, new, rule, target, port, path, service, cvss, epss
// (0 to 1), kev, age (days since the finding was first seen) and tag; its signs
// && || ! ( ) == != < <= > >= =~ (a regular expression) and in [ … ]. Text stands
// in double quotes. && binds tighter than ||.
//
// A finding is new when the [Baseline] does not know it: without a baseline all are.
package policy

import (
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Never is the policy that no finding fails, as text.
const Never = "never"

// Policy says which findings fail a build. The zero Policy is [Never].
type Policy struct {
	items []item
}

// String gives the policy in its one canonical spelling: parsing it gives the
// same policy again.
func (p Policy) String() string {
	if len(p.items) == 0 {
		return Never
	}
	words := make([]string, len(p.items))
	for i, it := range p.items {
		words[i] = it.String()
	}
	return strings.Join(words, ", ")
}

// Verdict is what a policy says about findings. Its JSON form is part of reports.
type Verdict struct {
	Policy  string  `json:"policy"` // as [Policy.String] gives it
	Failed  bool    `json:"failed"`
	Matched []Match `json:"matched"` // the items that hold, in the policy's order; never nil
}

// Match is one item of a policy that holds, and how many findings it counted.
type Match struct {
	Item  string `json:"item"`
	Count int    `json:"count"`
}

// Judge applies the policy to the findings of one scan. A policy is judged after
// suppressions: what [Assess] has set aside is not counted.
func (p Policy) Judge(findings Assessment) Verdict {
	verdict := Verdict{Policy: p.String(), Matched: []Match{}}
	for _, it := range p.items {
		count, holds := it.judge(findings.Active)
		if holds {
			verdict.Matched = append(verdict.Matched, Match{Item: it.String(), Count: count})
		}
	}
	verdict.Failed = len(verdict.Matched) > 0
	return verdict
}

// Guilty gives what tells of a finding whether an item that holds has counted it.
func (p Policy) Guilty(findings Assessment) func(*Assessed) bool {
	holding := slices.DeleteFunc(slices.Clone(p.items), func(it item) bool {
		_, holds := it.judge(findings.Active)
		return !holds
	})
	return func(a *Assessed) bool {
		return slices.ContainsFunc(holding, func(it item) bool {
			if it.expr != nil && counts(it.expr) {
				return counted(it.expr, view{one: a})
			}
			return it.matches(a)
		})
	}
}

// Floor is the least severity of which the policy counts findings, "" if it may count any:
// whoever judges by it needs to read no others.
func (p Policy) Floor() engine.Severity {
	floor := engine.Critical
	for _, it := range p.items {
		if it.severity == "" || it.severity == anySeverity {
			return ""
		}
		if floor.AtLeast(it.severity) {
			floor = it.severity
		}
	}
	return floor
}

// NamesRules reports whether [Policy.CheckRules] has anything to check.
func (p Policy) NamesRules() bool {
	return slices.ContainsFunc(p.items, func(it item) bool { return it.rule != "" })
}

// CheckRules reports the first rule item that stands for none of the rules there
// are, as an [engine.Invalid] [engine.Error]: a misspelt gate must not pass.
func (p Policy) CheckRules(ids []string) error {
	for _, it := range p.items {
		if it.rule != "" && !it.matchesAny(ids) {
			return unknownRule(it.rule, ids)
		}
	}
	return nil
}
