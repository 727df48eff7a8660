package report

import "strings"

// escapeMarkdown leaves no markup in a paragraph (CommonMark section 2.4), and nothing
// that GitHub makes a link or a mention of.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]<>#|~&!", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if r == '@' {
			b.WriteString("<!-- -->")
		}
	}
	return linkBreaks.Replace(b.String())
}

// linkBreaks keeps bare addresses from becoming links.
var linkBreaks = strings.NewReplacer("://", ":<!-- -->//", "www.", "www<!-- -->.")

// codeText shows hostile text as code in one line, also in a cell of a table: what
// would end the code or the cell is replaced by what looks like it.
func codeText(s string) string {
	s = codeSigns.Replace(clean(s, maxShownText))
	if s == "" {
		return "–"
	}
	return "`" + s + "`"
}

var codeSigns = strings.NewReplacer("`", "ˋ", "|", "¦")

// Prose is [proseText], for those who write Markdown of their own beside a report.
func Prose(s string) string { return proseText(s) }

// proseText shows hostile text as words in one line, also in a cell of a table.
func proseText(s string) string { return escapeMarkdown(clean(s, maxShownText)) }
