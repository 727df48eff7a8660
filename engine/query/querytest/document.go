package querytest

import (
	"strconv"
	"strings"
)

// field is a field that documents are made of and queries ask about.
type field struct {
	name    string
	kind    kind
	stored  func(Generator) any    // a value of a document
	queried func(Generator) string // a value of a query; nil for textual ones
}

// kind says what can be asked of a field.
type kind int

const (
	textual   kind = iota // anything
	ordered               // values and ranges
	exact                 // values
	addresses             // values, ranges and networks
)

// fields is every type of the mapping and every rule for what it does not have.
func fields() []field {
	text := func(g Generator) any { return g.text() }
	return []field{
		{"", textual, nil, nil},
		{"host", textual, text, nil},
		{"domain", textual, text, nil},
		{"path", textual, text, nil},
		{"http.title", textual, text, nil},
		{"http.title.keyword", textual, nil, nil},
		{"http.body", textual, text, nil},
		{"http.headers.server", textual, text, nil},
		{"ssh.banner", textual, text, nil},
		{"custom.file_hash", textual, text, nil},
		{"nosuch.field", textual, nil, nil},
		{"port", ordered, Generator.small, Generator.number},
		{"cve.base_score", ordered, func(g Generator) any { return g.number() }, Generator.number},
		{"custom.count", ordered, Generator.small, Generator.number},
		{"custom.mixed", textual, Generator.any, nil},
		{"ip", addresses, func(g Generator) any { return g.address() }, Generator.network},
		{"custom.client.ip", addresses, func(g Generator) any { return g.address() }, Generator.network},
		{"scan_date", ordered, func(g Generator) any { return g.day() }, Generator.moment},
		{"certificate.validity.end", ordered, func(g Generator) any { return g.instant() }, Generator.moment},
		{"http.favicon.last_modified", ordered, func(g Generator) any { return g.one(g.day(), g.instant(), "Fri, 21 Mar 2025 07:28:00 GMT", "x") }, Generator.moment},
		{"smb.smbv1_support", exact, func(g Generator) any { return g.IntN(2) == 0 }, func(g Generator) string { return g.one("true", "false") }},
		{"tag.nginx.version", ordered, func(g Generator) any { return g.version() }, Generator.version},
	}
}

func (g Generator) field() field {
	all := fields()
	return all[g.IntN(len(all))]
}

func fieldOf(name string) field {
	for _, f := range fields() {
		if f.name == name {
			return f
		}
	}
	return field{name: name}
}

// Document makes up a document as encoding/json reads one.
func (g Generator) Document() map[string]any {
	doc := map[string]any{}
	for _, f := range fields() {
		if f.stored != nil && g.IntN(3) > 0 {
			put(doc, strings.Split(f.name, "."), g.values(f))
		}
	}
	return doc
}

// values gives one value, a list, a list in a list, or null.
func (g Generator) values(f field) any {
	switch g.IntN(8) {
	case 0:
		return nil
	case 1:
		return []any{}
	case 2, 3:
		return []any{f.stored(g), nil, f.stored(g)}
	case 4:
		return []any{[]any{f.stored(g)}, f.stored(g)}
	}
	return f.stored(g)
}

func put(object map[string]any, names []string, value any) {
	if len(names) == 1 {
		object[names[0]] = value
		return
	}
	below, ok := object[names[0]].(map[string]any)
	if !ok {
		below = map[string]any{}
		object[names[0]] = below
	}
	put(below, names[1:], value)
}

// text gives few words of few letters, so that they often meet.
func (g Generator) text() string {
	words := make([]string, 1+g.IntN(3))
	for i := range words {
		words[i] = g.one("a", "b", "A", "ab", "ba", "aab", "Apache", "apache", "a.b", "a-b", "a_b", "o'b", "1,2", "1.2", "12", "é", "É", "東京", "カタ", "/a/b", "a*b", "a?", `\`, "\"a", "(a)", "a@b.c", "AND", "10.1.2.3", "true", "A:b", "<a>", "🔥", "-", "&", "TO")
	}
	return strings.Join(words, g.one(" ", " ", "", "."))
}

func (g Generator) small() any { return float64(g.IntN(30)) }

func (g Generator) number() string {
	return g.one(strconv.Itoa(g.IntN(30)), "-1", "9.8", "7.50", "1e1", "010", "+3", strconv.Itoa(g.IntN(12)))
}

func (g Generator) any() any {
	return []any{true, false, 7.0, -0.5, g.text(), "12", "true", map[string]any{"deeper": g.text()}}[g.IntN(8)]
}

func (g Generator) address() string {
	return g.one("10.0.", "10.1.", "10.2.", "192.168.") + g.one("0.1", "2.3", "255.255", "7.10")
}

func (g Generator) network() string {
	return g.one(g.address(), "10.0.0.0/8", "10.1.2.3/15", "0.0.0.0/0", "::/0", "::ffff:10.1.0.0/112", "::1", "fe80::/10", "::ffff:10.1.2.3")
}

func (g Generator) day() string {
	return g.one("2024-", "2025-") + g.one("01", "02", "03", "12") + "-" + g.one("01", "28", "21", "20")
}

func (g Generator) instant() string {
	return g.day() + "T" + g.one("00:00:00", "12:30:00", "23:59:59") + g.one("", ".5", ".999") + g.one("Z", "", "+02:00")
}

// moment is a date of a query, with and without date math.
func (g Generator) moment() string {
	anchor := g.one(g.day(), g.instant(), g.day()[:7], g.day()[:4], g.day()+"T12", "now", "now")
	var math strings.Builder
	for range g.IntN(3) {
		math.WriteString(g.one("+1", "-1", "-13", "/", "-", "+30") + g.one("y", "M", "w", "d", "h", "H", "m", "s"))
	}
	if anchor != "now" && math.Len() > 0 {
		anchor += "||"
	}
	return anchor + math.String()
}

func (g Generator) version() string {
	return g.one("", "v") + g.one("1", "1.0", "1.9", "1.10", "2", "0", "8.9") + g.one("", "", ".0", ".1", "p1", "-rc1", "-beta.2", "k", ".0.0-rc", ".0p1")
}
