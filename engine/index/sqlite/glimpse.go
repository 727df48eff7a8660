package sqlite

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// glimpse is what can be told about the values a leaf finds before looking at
// each: how they begin, and texts they have. Values that pass may still not be found.
// The zero glimpse lets everything pass.
type glimpse struct {
	begin string
	parts [][]byte
}

// globGlimpse looks at the literal parts of a pattern.
func globGlimpse(parts []query.Glob) (g glimpse) {
	g.begin, _ = literalEnds(parts)
	for _, part := range parts {
		if part.Text != "" {
			g.parts = append(g.parts, []byte(part.Text))
		}
	}
	return g
}

// passes says whether a whole value has the texts, one behind the other.
func (g glimpse) passes(value []byte) bool {
	for _, part := range g.parts {
		at := bytes.Index(value, part)
		if at < 0 {
			return false
		}
		value = value[at+len(part):]
	}
	return true
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
