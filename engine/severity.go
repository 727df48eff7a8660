package engine

import (
	"fmt"
	"slices"
	"strings"
)

// Severity says how bad a finding is.
type Severity string

// The severities.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Severities lists all severities, worst first.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low, Info} }

// SeverityWords lists [Severities] as text, for messages.
func SeverityWords() []string {
	words := make([]string, 0, len(Severities()))
	for _, s := range Severities() {
		words = append(words, string(s))
	}
	return words
}

// Rank orders severities: 4 for critical down to 0 for info, -1 for a word that is none.
func (s Severity) Rank() int {
	i := slices.Index(Severities(), s)
	if i < 0 {
		return -1
	}
	return len(Severities()) - 1 - i
}

// AtLeast reports whether s is as bad as floor, or worse.
func (s Severity) AtLeast(floor Severity) bool { return s.Rank() >= floor.Rank() }

// Validate reports an [Invalid] [Error] when s is not one of the severities.
func (s Severity) Validate() error {
	if s.Rank() >= 0 {
		return nil
	}
	return &Error{
		Kind:   Invalid,
		Title:  "Severity is not valid",
		Detail: fmt.Sprintf("%q is not a severity", string(s)),
		Hint:   "write one of " + strings.Join(SeverityWords(), ", "),
	}
}
