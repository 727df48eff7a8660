// Package check asks questions of responses. A check is a saved query in the
// search language with a title, a severity and advice, one file each in
// check/library. Begin with [Load] and [Library.Judge].
//
// It sends nothing: whatever it needs to know a probe has learnt before. It
// remembers nothing either: the same response gets the same findings for good,
// as its clock is the time the response was seen.
package check

import (
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Check is one question. Its YAML form is a file of the library: [Read] says
// what must hold for each member. Texts are plain; a blank line parts paragraphs.
type Check struct {
	ID          string          `yaml:"id" json:"id"`       // also the file's name: "redis.no-auth"
	Title       string          `yaml:"title" json:"title"` // what is wrong, as a sentence without full stop
	Severity    engine.Severity `yaml:"severity" json:"severity"`
	CVSS        float64         `yaml:"cvss" json:"cvss,omitempty"`     // base score of CVSS 3.1; 0 where none applies
	Vector      string          `yaml:"vector" json:"vector,omitempty"` // that the score is of; may be left out
	CWE         []string        `yaml:"cwe" json:"cwe"`                 // "CWE-306"
	Description string          `yaml:"description" json:"description"`
	Impact      string          `yaml:"impact" json:"impact"`
	Remedy      string          `yaml:"remedy" json:"remedy"`
	Example     string          `yaml:"example" json:"example,omitempty"` // configuration that is right
	References  []string        `yaml:"references" json:"references"`
	Tags        []string        `yaml:"tags" json:"tags"`
	Text        string          `yaml:"query" json:"query"` // as written in the file
	Confirm     []Confirmation  `yaml:"confirm" json:"confirm,omitempty"`
	Aging       Aging           `yaml:"aging" json:"aging,omitempty"` // what must be so of the release of a product
	Evidence    []string        `yaml:"evidence" json:"evidence"`     // dotted paths of what a finding shows
	Redact      Redaction       `yaml:"redact" json:"redact,omitempty"`
	Samples     Samples         `yaml:"samples" json:"-"`
	Judged      string          `yaml:"-" json:"judged,omitempty"` // how what is no query is found; see OfRule

	Query *query.Query `yaml:"-" json:"-"`

	needs []string // members of a document without which the query cannot match
}

// Samples are documents that show what the check means. The traps of a check, which
// others fall into, stand in NoMatch.
type Samples struct {
	Match   []Sample `yaml:"match"`
	NoMatch []Sample `yaml:"no_match"`
}

// Sample is a response document, or the part of one that matters.
type Sample map[string]any

// Response gives the sample as the response it stands for.
func (s Sample) Response() (engine.Response, error) {
	var r engine.Response
	data, err := json.Marshal(s)
	if err != nil {
		return r, fmt.Errorf("encode sample: %w", err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("read sample: %w", err)
	}
	return r, nil
}

// Confirmation is a second look at a document that matches, for what words
// cannot say: the search language knows no lines and no "without". All of a
// check's confirmations must hold.
type Confirmation struct {
	Field   string `yaml:"field" json:"field"`               // dotted path
	Pattern string `yaml:"pattern" json:"pattern"`           // of package regexp; must match
	Without string `yaml:"without" json:"without,omitempty"` // of package regexp; a value that matches does not count
	Count   int    `yaml:"count" json:"count,omitempty"`     // how often Pattern must match over all values; 1 if zero

	pattern, without *regexp.Regexp
}

// holds counts matches up to what is wanted.
func (c *Confirmation) holds(doc map[string]any) bool {
	missing := max(c.Count, 1)
	for _, value := range valuesAt(doc, c.Field) {
		if c.without != nil && c.without.MatchString(value) {
			continue
		}
		missing -= len(c.pattern.FindAllStringIndex(value, missing))
		if missing <= 0 {
			return true
		}
	}
	return false
}

// OfRule gives a rule the form of a check, for lists and pages that have both. It has no
// query, so no library takes it.
func OfRule(r engine.Rule) Check {
	return Check{
		ID: r.ID, Title: r.Title, Severity: r.Severity, CVSS: r.CVSS, Vector: r.Vector, CWE: r.CWE, Description: r.Description, Impact: r.Impact, Remedy: r.Remedy,
		References: r.References, Tags: r.Tags, Text: r.Query, Evidence: append([]string{}, r.Evidence...), Judged: r.Judged,
	}
}

// Rule is the check as those know it who only see its findings.
func (c *Check) Rule() engine.Rule {
	judged := c.Judged
	if judged == "" {
		judged = "a response matches " + c.Text
	}
	return engine.Rule{
		ID: c.ID, Title: c.Title, Severity: c.Severity, CVSS: c.CVSS, Vector: c.Vector, CWE: c.CWE, Description: c.Description, Impact: c.Impact, Remedy: c.remedy(),
		Query: c.Text, Evidence: c.Evidence, Judged: judged, References: c.References, Tags: c.Tags,
	}
}

// description is all that a finding tells about the problem.
func (c *Check) description() string {
	return joinParagraphs(c.Description, c.Impact)
}

// remedy is the advice, its example indented as Markdown has code.
func (c *Check) remedy() string {
	return joinParagraphs(c.Remedy, indent(c.Example))
}
