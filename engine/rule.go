package engine

// Rule is what findings are about that no check makes, because no query about one response
// can: what is known of software, what was declared, what only a whole scan shows. It has the
// words of a check; texts are plain.
type Rule struct {
	ID          string   `json:"id"`       // "exposure.undeclared"
	Title       string   `json:"title"`    // what is wrong, as a sentence without full stop
	Severity    Severity `json:"severity"` // the highest its findings have
	CVSS        float64  `json:"cvss"`     // base score 0 to 10; 0 where none applies
	CWE         []string `json:"cwe"`      // "CWE-668"
	Description string   `json:"description"`
	Impact      string   `json:"impact"`
	Remedy      string   `json:"remedy"`
	Judged      string   `json:"judged"`     // how it is found, as a sentence
	References  []string `json:"references"` // https only
	Tags        []string `json:"tags"`
}

// Finding is one of this rule with all that every finding of it says.
func (r Rule) Finding() Finding {
	return Finding{
		Rule: r.ID, Title: r.Title, Severity: r.Severity, CVSS: r.CVSS, Description: r.Description + "\n\n" + r.Impact, Remedy: r.Remedy,
		References: r.References, CWE: r.CWE, Tags: r.Tags,
	}
}
