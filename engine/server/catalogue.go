package server

import (
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// Rules gives the ids of everything that an engine of this program finds.
func Rules() ([]string, error) {
	library, err := check.Load()
	if err != nil {
		return nil, err
	}
	return RulesWith(library), nil
}

// RulesWith is Rules for an engine that asks other checks; see [Config].
func RulesWith(library *check.Library) []string {
	var ids []string
	for _, c := range Catalogue(library) {
		ids = append(ids, c.ID)
	}
	return ids
}

// Catalogue describes everything that an engine with these checks finds, by id: the checks,
// and the rules that are none.
func Catalogue(library *check.Library) []check.Check {
	all := library.Checks()
	for _, rule := range slices.Concat(policy.WholeRules(), feed.Rules()) {
		all = append(all, check.OfRule(rule))
	}
	slices.SortFunc(all, func(a, b check.Check) int { return strings.Compare(a.ID, b.ID) })
	return all
}
