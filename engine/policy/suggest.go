package policy

import (
	"fmt"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// maxSuggestDistance is how many letters a misspelt word may be off: two is one
// swapped pair, three would turn "low" into anything.
const maxSuggestDistance = 2

// maxSuggestLength bounds the work on a word that is no word.
const maxSuggestLength = 64

func invalid(detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Policy is not valid", Detail: detail, Hint: hint, Field: "fail_on"}
}

func unknownWord(word string) error {
	words := []string{Never, string(anySeverity), rulePrefix, newPrefix, exprPrefix}
	for _, s := range engine.Severities() {
		words = append(words, string(s))
	}
	hint := `write never, critical, high, medium, low, info, any, rule:ID or expr: …`
	if best := closest(strings.ToLower(word), words); best != "" {
		hint = fmt.Sprintf("did you mean %q?", best)
	}
	return invalid(fmt.Sprintf("%q is not a word of the policy language", word), hint)
}

func unknownRule(glob string, ids []string) error {
	hint := "see the list of checks"
	if best := closest(glob, ids); best != "" {
		hint = fmt.Sprintf("did you mean %q?", rulePrefix+best)
	}
	return invalid(fmt.Sprintf("no rule is called %q", glob), hint)
}

// closest gives the word nearest to the misspelt one, or "" if none is near.
func closest(misspelt string, words []string) string {
	if len(misspelt) > maxSuggestLength {
		return ""
	}
	best, bestDistance := "", maxSuggestDistance+1
	for _, word := range words {
		if d := distance(misspelt, word); d < bestDistance && d < len(word) {
			best, bestDistance = word, d
		}
	}
	return best
}

// distance is the Levenshtein distance in bytes, row by row.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
