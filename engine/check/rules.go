package check

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Limits of a check's texts, so that every report can show them.
const (
	maxTitle  = 80  // characters: one line of a table
	maxAdvice = 600 // characters of a description, impact or remedy: one screen together
)

// mistake is what is wrong with one key of a file.
type mistake struct{ key, what string }

// prepare checks the rules of a file and compiles what it holds.
func (c *Check) prepare() []mistake {
	var wrong []mistake
	rule := func(key string, ok bool, what string) {
		if !ok {
			wrong = append(wrong, mistake{key, what})
		}
	}
	rule("id", regexp.MustCompile(`^[a-z0-9]+(\.[a-z0-9]+(-[a-z0-9]+)*)+$`).MatchString(c.ID), "write it as family.problem in lower case")
	rule("title", c.Title != "" && utf8.RuneCountInString(c.Title) <= maxTitle && !strings.HasSuffix(c.Title, "."), fmt.Sprintf("write up to %d characters without a full stop", maxTitle))
	rule("severity", c.Severity.Rank() >= 0, fmt.Sprintf("%q is not a severity", c.Severity))
	rule("cvss", c.CVSS >= 0 && c.CVSS <= 10, "a base score is from 0 to 10")
	if err := c.rate(); err != nil {
		rule("vector", false, err.Error())
	}
	rule("cwe", len(c.CWE) > 0 && allMatch(c.CWE, regexp.MustCompile(`^CWE-[1-9][0-9]*$`)), `name at least one as "CWE-306"`)
	rule("references", len(c.References) > 0 && allWebLinks(c.References), "name at least one page, https only")
	rule("tags", len(c.Tags) > 0 && allMatch(c.Tags, regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)), "name at least one, in lower case")
	rule("evidence", len(c.Evidence) > 0 && allMatch(c.Evidence, regexp.MustCompile(`^[a-z0-9_@]+(\.[a-z0-9_]+)*$`)), "name at least one dotted path of the document")
	rule("redact", c.Redact.valid(), fmt.Sprintf("%q is not one of lines, cookies", c.Redact))
	rule("aging", c.Aging.valid(), fmt.Sprintf("%q is not one of ended, behind", c.Aging))
	rule("samples", len(c.Samples.Match) > 0 && len(c.Samples.NoMatch) > 0, "give at least one that matches and one that does not")
	for key, text := range map[string]string{"description": c.Description, "impact": c.Impact, "remedy": c.Remedy} {
		rule(key, strings.TrimSpace(text) != "" && utf8.RuneCountInString(text) <= maxAdvice, fmt.Sprintf("write up to %d characters", maxAdvice))
	}
	if err := c.compile(); err != nil {
		wrong = append(wrong, *err)
	}
	return wrong
}

// rate holds the score against the vector, if there is one.
func (c *Check) rate() error {
	if c.Vector == "" {
		return nil
	}
	base, err := score(c.Vector)
	if err != nil {
		return err
	}
	if base != c.CVSS {
		return fmt.Errorf("its score is %.1f and not %.1f", base, c.CVSS)
	}
	return nil
}

// compile parses the query and the patterns.
func (c *Check) compile() *mistake {
	q, err := query.Parse(c.Text)
	if err != nil {
		return &mistake{"query", err.Error()}
	}
	if q.All() {
		return &mistake{"query", "it matches every document"}
	}
	c.Query, c.needs = q, required(q.Root)
	for i := range c.Confirm {
		if err := c.Confirm[i].compile(); err != nil {
			return &mistake{"confirm", err.Error()}
		}
	}
	return nil
}

func (c *Confirmation) compile() (err error) {
	if c.Field == "" || c.Pattern == "" || c.Count < 0 {
		return errors.New("name a field and a pattern, and a count from 1")
	}
	if c.pattern, err = regexp.Compile(c.Pattern); err != nil {
		return fmt.Errorf("pattern: %w", err)
	}
	if c.Without == "" {
		return nil
	}
	if c.without, err = regexp.Compile(c.Without); err != nil {
		return fmt.Errorf("without: %w", err)
	}
	return nil
}

// required lists the top-level members of a document without which the query
// cannot match, which spares asking it: those of leaves that must match.
func required(n query.Node) []string {
	if field, ok := query.FieldOf(n); ok {
		member, _, _ := strings.Cut(field, ".")
		if member == "" || strings.Contains(member, "*") {
			return nil
		}
		return []string{member}
	}
	var members []string
	if b, ok := n.(*query.Boolean); ok {
		for _, must := range b.Must {
			members = append(members, required(must)...)
		}
	}
	return members
}

func allMatch(list []string, pattern *regexp.Regexp) bool {
	for _, s := range list {
		if !pattern.MatchString(s) {
			return false
		}
	}
	return true
}

func allWebLinks(list []string) bool {
	for _, s := range list {
		if u, err := url.Parse(s); err != nil || u.Scheme != "https" || u.Host == "" {
			return false
		}
	}
	return true
}
