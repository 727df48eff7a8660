package sqlite

import (
	"regexp"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// glimpse is what can be told about the values a leaf finds before looking at
// each: how they begin, and a pattern for SQLite's GLOB. Values that pass may still
// not be found. The zero glimpse lets everything pass.
type glimpse struct {
	begin string // not encoded
	glob  string // of the encoded value
}

// globGlimpse looks at the literal parts of a pattern. A ? stands for one character,
// which may be several in a token, so it becomes a *. The signs of GLOB do not
// occur in encoded values.
func globGlimpse(parts []query.Glob) (g glimpse) {
	g.begin, _ = literalEnds(parts)
	var glob strings.Builder
	for _, part := range parts {
		switch {
		case len(part.Text) > maxValue: // values of that length are cut
			return glimpse{begin: g.begin}
		case part.Any, part.One:
			glob.WriteByte('*')
		default:
			glob.WriteString(encode(part.Text))
		}
	}
	g.glob = glob.String()
	return g
}

// regexpGlimpse looks at what a regular expression begins with.
func regexpGlimpse(pattern string, fold bool) glimpse {
	translated, err := query.TranslateRegexp(pattern)
	if err != nil {
		return glimpse{}
	}
	inner := strings.TrimSuffix(strings.TrimPrefix(translated, `(?s)\A(?:`), `)\z`)
	compiled, err := regexp.Compile(`(?s)` + inner)
	if err != nil {
		return glimpse{}
	}
	begin, _ := compiled.LiteralPrefix()
	if fold {
		begin = strings.ToLower(begin)
	}
	return glimpse{begin: begin}
}
