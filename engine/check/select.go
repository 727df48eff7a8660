package check

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Select gives the library of those of its checks that [Select] gives.
func (l *Library) Select(only, skip []string) (*Library, error) {
	chosen, err := Select(l.checks, only, skip)
	if err != nil {
		return nil, err
	}
	return &Library{checks: chosen}, nil
}

// Select gives the checks whose ids match one of only, or all if there is none, and none of
// skip. Both are patterns of package path, as "tls.*"; one that matches no check is an
// error, for it is misspelt.
func Select(all []Check, only, skip []string) ([]Check, error) {
	for _, pattern := range slices.Concat(only, skip) {
		if !slices.ContainsFunc(all, func(c Check) bool { return isOneOf(c.ID, []string{pattern}) }) {
			return nil, &engine.Error{Kind: engine.Invalid, Title: "There is no such check", Detail: fmt.Sprintf("%q matches no check", pattern), Hint: "portolan checks list shows all"}
		}
	}
	var chosen []Check
	for _, c := range all {
		if (len(only) == 0 || isOneOf(c.ID, only)) && !isOneOf(c.ID, skip) {
			chosen = append(chosen, c)
		}
	}
	return chosen, nil
}

func isOneOf(id string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := path.Match(pattern, id)
		return ok && err == nil
	})
}

// Family is the first word of the id, which says what the check is about: "tls".
func (c *Check) Family() string {
	family, _, _ := strings.Cut(c.ID, ".")
	return family
}
