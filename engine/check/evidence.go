package check

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// How much of a document a finding shows, in characters.
const (
	maxEvidence = 500
	maxValue    = 200 // of one value, so that a page leaves room for the others
)

// Redaction says what of the evidence is secret.
type Redaction string

// The redactions.
const (
	RedactNothing Redaction = ""
	RedactLines   Redaction = "lines"   // of a file of settings, only sections and the names before "=" are shown
	RedactCookies Redaction = "cookies" // of a cookie, all but its value is shown
)

func (r Redaction) valid() bool {
	return r == RedactNothing || r == RedactLines || r == RedactCookies
}

const secret = "***"

// apply takes the secrets out of one value.
func (r Redaction) apply(value string) string {
	switch r {
	case RedactLines:
		return redactLines(value)
	case RedactCookies:
		return regexp.MustCompile(`^([^=;]*=)[^;]*`).ReplaceAllString(value, "${1}"+secret)
	}
	return value
}

// redactLines shows no line that it does not know: it may be the rest of a key,
// also when it ends in "=", as base64 does.
func redactLines(value string) string {
	setting := regexp.MustCompile(`^(\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_.-]*\s*=)\s*[^=\s]`)
	section := regexp.MustCompile(`^\s*\[[a-z]+\]\s*$`)
	if !strings.ContainsAny(value, "\n=[") {
		return value
	}
	var shown []string
	for line := range strings.Lines(value) {
		line = strings.TrimRight(line, "\r\n")
		if match := setting.FindStringSubmatch(line); match != nil {
			shown = append(shown, match[1]+secret)
		}
		if section.MatchString(line) {
			shown = append(shown, line)
		}
	}
	return strings.Join(shown, "\n")
}

// evidence is what the check saw, a line for each release of which it is and one for each
// path that has a value. It is the
// host's text: whoever shows it must make it safe.
func (c *Check) evidence(doc map[string]any, at time.Time) string {
	lines := c.Aging.tells(doc, at)
	for _, path := range c.Evidence {
		values := valuesAt(doc, path)
		for i := range values {
			values[i] = clip(c.Redact.apply(values[i]), maxValue)
		}
		if len(values) > 0 {
			lines = append(lines, path+": "+strings.Join(values, ", "))
		}
	}
	return clip(strings.Join(lines, "\n"), maxEvidence)
}

// clip cuts s to at most limit characters, the last of them an ellipsis.
func clip(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}

// valuesAt gives the values at a dotted path as text. Lists on the way count as
// each of their items.
func valuesAt(node any, path string) []string {
	if list, ok := node.([]any); ok {
		var values []string
		for _, item := range list {
			values = append(values, valuesAt(item, path)...)
		}
		return values
	}
	if path == "" {
		return text(node)
	}
	object, ok := node.(map[string]any)
	if !ok {
		return nil
	}
	name, rest, _ := strings.Cut(path, ".")
	return valuesAt(object[name], rest)
}

// text gives strings as they are and numbers and booleans as JSON has them.
func text(node any) []string {
	switch value := node.(type) {
	case nil, map[string]any:
		return nil
	case string:
		return []string{value}
	default:
		data, err := json.Marshal(value)
		if err != nil {
			return nil
		}
		return []string{string(data)}
	}
}
