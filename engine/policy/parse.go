package policy

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	rulePrefix = "rule:"
	newPrefix  = "new:"
	exprPrefix = "expr:"
	ruleBytes  = "abcdefghijklmnopqrstuvwxyz0123456789.-_*?"
)

// Parse reads a policy. What it does not know is an [engine.Invalid]
// [engine.Error] with Field "fail_on" and, where a word comes close, a "did you
// mean"; so is an empty text: say "never" for a gate that is always open.
func Parse(text string) (Policy, error) {
	words, err := splitItems(text)
	if err != nil {
		return Policy{}, err
	}
	if len(words) == 1 && words[0] == Never {
		return Policy{}, nil
	}
	var p Policy
	for _, word := range words {
		it, err := parseItem(word)
		if err != nil {
			return Policy{}, err
		}
		p.items = append(p.items, it)
	}
	return p, nil
}

// splitItems allows blank lines and a comma at the end of a line, as YAML and
// HCL text blocks have them, but no empty item: something is missing there.
func splitItems(text string) ([]string, error) {
	var words []string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(strings.TrimSpace(line), ",")
		if line == "" {
			continue
		}
		for _, word := range splitCommas(line) {
			words = append(words, strings.TrimSpace(word))
		}
	}
	if len(words) == 0 {
		return nil, invalid("the policy is empty", `write a severity such as "high", or "never" to let everything pass`)
	}
	return words, nil
}

// splitCommas cuts a line at its commas, but for those within quotes and brackets,
// which are an expression's own.
func splitCommas(line string) []string {
	var words []string
	depth, quoted, from := 0, false, 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case c == ',' && depth <= 0:
			words = append(words, line[from:i])
			from = i + 1
		}
	}
	return append(words, line[from:])
}

func parseItem(word string) (item, error) {
	switch {
	case word == "":
		return item{}, invalid("an item of the policy is empty", "remove the comma too many")
	case word == Never:
		return item{}, invalid(`"never" stands beside other items`, `write "never" alone, or remove it`)
	case strings.HasPrefix(word, newPrefix):
		it, err := parseSeverity(strings.TrimSpace(strings.TrimPrefix(word, newPrefix)))
		it.onlyNew = true
		return it, err
	case strings.HasPrefix(word, exprPrefix):
		e, err := parseExpression(strings.TrimSpace(strings.TrimPrefix(word, exprPrefix)))
		return item{expr: e, cmp: ">"}, err
	case strings.HasPrefix(word, rulePrefix):
		return parseRule(strings.TrimSpace(strings.TrimPrefix(word, rulePrefix)))
	}
	return parseSeverity(word)
}

func parseRule(glob string) (item, error) {
	if glob == "" {
		return item{}, invalid(`"rule:" names no rule`, `write a rule id or a glob, such as "rule:redis.*"`)
	}
	if i := strings.IndexFunc(glob, func(r rune) bool { return !strings.ContainsRune(ruleBytes, r) }); i >= 0 {
		return item{}, invalid(fmt.Sprintf("%q is not a rule", rulePrefix+glob),
			"rule ids hold lower-case letters, digits, dots and hyphens; * and ? stand for any characters and any one")
	}
	return item{rule: glob, cmp: ">"}, nil
}

func parseSeverity(word string) (item, error) {
	name, rest := word, ""
	if i := strings.IndexAny(word, "<>=!"); i >= 0 {
		name, rest = strings.TrimSpace(word[:i]), word[i:]
	}
	it := item{severity: engine.Severity(name), cmp: ">"}
	if it.severity != anySeverity && it.severity.Rank() < 0 {
		return item{}, unknownWord(name)
	}
	if rest == "" {
		return it, nil
	}
	it.cmp = rest[:len(rest)-len(strings.TrimLeft(rest, "<>=!"))]
	if it.cmp != ">" && it.cmp != ">=" && it.cmp != "==" {
		return item{}, invalid(fmt.Sprintf("%q in %q is not a comparison", it.cmp, word), "write one of >, >=, ==")
	}
	return it.withLimit(word, strings.TrimSpace(rest[len(it.cmp):]))
}

func (it item) withLimit(word, digits string) (item, error) {
	n, err := strconv.ParseUint(digits, 10, 31)
	if err != nil {
		return item{}, invalid(fmt.Sprintf("%q in %q is not a number of findings", digits, word), `write a whole number from 0, as in "medium>=10"`)
	}
	it.limit = int(n)
	return it, nil
}
