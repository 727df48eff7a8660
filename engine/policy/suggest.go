package policy

import (
	"fmt"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func invalid(detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Policy is not valid", Detail: detail, Hint: hint, Field: "fail_on"}
}

func unknownWord(word string) error {
	words := append([]string{Never, string(anySeverity), rulePrefix, newPrefix, exprPrefix}, engine.SeverityWords()...)
	hint := engine.Meant(strings.ToLower(word), words, `write never, critical, high, medium, low, info, any, rule:ID or expr: …`)
	return invalid(fmt.Sprintf("%q is not a word of the policy language", word), hint)
}

func unknownRule(glob string, ids []string) error {
	hint := "see the list of checks"
	if best := engine.Closest(glob, ids); best != "" {
		hint = fmt.Sprintf("did you mean %q?", rulePrefix+best)
	}
	return invalid(fmt.Sprintf("no rule is called %q", glob), hint)
}
