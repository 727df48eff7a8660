package engine

import "fmt"

// maxSuggestDistance is how many letters a misspelt word may be off: two is one
// swapped pair, three would turn "low" into anything.
const maxSuggestDistance = 2

// maxSuggestLength bounds the work on a word that is no word.
const maxSuggestLength = 64

// Closest gives the word nearest to the misspelt one, or "" if none is near.
func Closest(misspelt string, words []string) string {
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

// Meant is the hint for a misspelt word: the nearest of words, or otherwise if none is near.
func Meant(misspelt string, words []string, otherwise string) string {
	if best := Closest(misspelt, words); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return otherwise
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
