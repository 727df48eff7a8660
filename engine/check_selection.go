package engine

import (
	"fmt"
	"slices"
	"strings"
)

// CheckSelection says which checks a scan asks; the zero selection asks all. An entry is
// the id of a check, "redis.no-auth", or of a family of checks, "redis". What is not a
// check, such as a deviation from what was expected, can be named in the same way.
type CheckSelection struct {
	Only []string `json:"only,omitempty"` // only these; empty is all
	Skip []string `json:"skip,omitempty"` // not these, even if they are in Only
}

// IsZero reports whether all checks are asked. It is also what omitzero asks.
func (s CheckSelection) IsZero() bool { return len(s.Only) == 0 && len(s.Skip) == 0 }

// or gives what is said here, or what other says where nothing is.
func (s CheckSelection) or(other CheckSelection) CheckSelection {
	if s.IsZero() {
		return other
	}
	return s
}

// Has reports whether the check with this id is asked.
func (s CheckSelection) Has(id string) bool {
	is := func(entry string) bool { return id == entry || strings.HasPrefix(id, entry+".") }
	return (len(s.Only) == 0 || slices.ContainsFunc(s.Only, is)) && !slices.ContainsFunc(s.Skip, is)
}

// Findings gives those findings that are of checks that are asked.
func (s CheckSelection) Findings(all []Finding) []Finding {
	if s.IsZero() {
		return all
	}
	return slices.DeleteFunc(all, func(f Finding) bool { return !s.Has(f.Rule) })
}

// Of gives those of some checks that are asked.
func (s CheckSelection) Of(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !s.Has(id) })
}

// ValidateAmong reports the first entry that names none of the checks there are.
func (s CheckSelection) ValidateAmong(ids []string) error {
	words := slices.Clone(ids)
	for _, id := range ids {
		family, _, _ := strings.Cut(id, ".")
		words = append(words, family)
	}
	for _, list := range []struct {
		name    string
		entries []string
	}{{"only", s.Only}, {"skip", s.Skip}} {
		for i, entry := range list.entries {
			if (CheckSelection{Only: []string{entry}}).isNone(ids) {
				return &Error{
					Kind: Invalid, Title: "There is no such check", Field: fmt.Sprintf("checks.%s[%d]", list.name, i), Detail: fmt.Sprintf("%q is neither a check nor a family of checks", entry),
					Hint: Meant(entry, words, "portolan checks list shows all"),
				}
			}
		}
	}
	return nil
}

func (s CheckSelection) isNone(ids []string) bool { return !slices.ContainsFunc(ids, s.Has) }
