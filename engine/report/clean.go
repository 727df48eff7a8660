package report

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// How much of a text from a scanned host is shown.
const (
	maxShownText     = 200 // in one line
	maxShownEvidence = 500 // as a block
	maxMarks         = 2   // combining marks on one letter; more climb into other lines
)

// Clean is [clean], for those who write lines of their own beside a report.
func Clean(s string, limit int) string { return clean(s, limit) }

// clean makes hostile text fit for one line of at most limit runes. What is cut
// ends in an ellipsis.
//
// Gone are control characters (terminal escapes), format characters (direction
// overrides, zero width), line separators, private and unassigned characters,
// and towers of combining marks. "##[" starts a workflow command anywhere in a
// line of a build log, so it is broken up; "::" does so only at the start of a
// line, where no page of ours puts such text.
func clean(s string, limit int) string {
	var b strings.Builder
	runes, marks := 0, 0
	for _, r := range s {
		if r = visible(r); isMark(r) {
			marks++
		} else {
			marks = 0
		}
		if marks > maxMarks {
			continue
		}
		if runes == limit {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
		runes++
	}
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "##[", "## [")
}

// isMark reports whether r combines with the letter before it; none does below U+0300.
func isMark(r rune) bool { return r >= 0x300 && unicode.Is(unicode.M, r) }

func visible(r rune) rune {
	switch {
	case r >= ' ' && r <= '~':
		return r
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsGraphic(r):
		return r
	}
	return unicode.ReplacementChar
}

// cleanLines is [clean] for a block: it keeps the line breaks.
func cleanLines(s string, limit int) []string {
	if s == "" {
		return nil
	}
	s = strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\n ")
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if limit <= 0 {
			break
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		text := clean(line, limit)
		lines = append(lines, strings.Repeat(" ", min(indent, 16))+text)
		limit -= len([]rune(text)) + 1
	}
	return lines
}

// columns is how many columns of a terminal clean text takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	switch {
	case r <= '~':
		return 1
	case isMark(r):
		return 0
	}
	if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
		return 2
	}
	return 1
}

// fit cuts clean text to at most n columns, the last of them an ellipsis.
func fit(s string, n int) string {
	if columns(s) <= n {
		return s
	}
	taken := 0
	for i, r := range s {
		if taken += runeColumns(r); taken > n-1 {
			return s[:i] + "…"
		}
	}
	return s
}

// pad fits s to exactly n columns.
func pad(s string, n int) string {
	s = fit(s, n)
	return s + strings.Repeat(" ", max(0, n-columns(s)))
}
