package engine

import "encoding/json"

// Rule is what findings are about: the question of a check, or what no query about one
// response can tell: what is known of software, what was declared, what only a whole scan
// shows. Texts are plain. Its JSON form is that of /api/checks/, an endpoint of our own.
type Rule struct {
	ID          string   `json:"id"`       // "exposure.undeclared"
	Title       string   `json:"title"`    // what is wrong, as a sentence without full stop
	Severity    Severity `json:"severity"` // the highest its findings have
	CVSS        float64  `json:"cvss"`     // base score 0 to 10; 0 where none applies
	Vector      string   `json:"vector"`   // that the score is of; may be ""
	CWE         []string `json:"cwe"`      // "CWE-668"
	Description string   `json:"description"`
	Impact      string   `json:"impact"`
	Remedy      string   `json:"remedy"`
	Query       string   `json:"query"`      // of a check; "" for what is none
	Evidence    []string `json:"evidence"`   // what findings of a check show: dotted paths of a document
	Judged      string   `json:"judged"`     // how it is found, as a sentence
	References  []string `json:"references"` // https only
	Tags        []string `json:"tags"`
}

// ruleFields is Rule without its methods.
type ruleFields Rule

// MarshalJSON gives the rule with lists that are empty rather than null.
func (r Rule) MarshalJSON() ([]byte, error) {
	r.CWE, r.Evidence, r.References, r.Tags = emptyNotNull(r.CWE), emptyNotNull(r.Evidence), emptyNotNull(r.References), emptyNotNull(r.Tags)
	return json.Marshal(ruleFields(r))
}

// RuleIDs gives the ids of rules, in their order.
func RuleIDs(rules []Rule) []string {
	ids := make([]string, len(rules))
	for i := range rules {
		ids[i] = rules[i].ID
	}
	return ids
}

// Finding is one of this rule with all that every finding of it says.
func (r Rule) Finding() Finding {
	return Finding{
		Rule: r.ID, Title: r.Title, Severity: r.Severity, CVSS: r.CVSS, Description: r.Description + "\n\n" + r.Impact, Remedy: r.Remedy,
		References: r.References, CWE: r.CWE, Tags: r.Tags,
	}
}
