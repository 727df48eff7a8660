package engine

// Rule is what findings are about that no check makes, because no query about one response
// can: what is known of software, what was declared, what only a whole scan shows. It has the
// words of a check; texts are plain.
type Rule struct {
	ID          string   // "exposure.undeclared"
	Title       string   // what is wrong, as a sentence without full stop
	Severity    Severity // the highest its findings have
	CWE         []string // "CWE-668"
	Description string
	Impact      string
	Remedy      string
	Judged      string   // how it is found, as a sentence
	References  []string // https only
	Tags        []string
}

// Finding is one of this rule with all that every finding of it says.
func (r Rule) Finding() Finding {
	return Finding{
		Rule: r.ID, Title: r.Title, Severity: r.Severity, Description: r.Description + "\n\n" + r.Impact, Remedy: r.Remedy,
		References: r.References, CWE: r.CWE, Tags: r.Tags,
	}
}
