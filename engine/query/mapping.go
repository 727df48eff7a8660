package query

import (
	_ "embed"
	"maps"
	"strings"
	"sync"
)

// mappingTable is the fixed mapping: private scanner contract part 4, and what
// our probes add to it.
//
//go:embed mapping.txt
var mappingTable string

// fieldMap is the mapping, read.
type fieldMap struct {
	exact map[string]Type
	below map[string]Type // by the name before .*
}

// fixedMapping reads the table once.
var fixedMapping = sync.OnceValue(func() fieldMap {
	m := fieldMap{exact: map[string]Type{}, below: map[string]Type{}}
	for line := range strings.Lines(mappingTable) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		for _, name := range words[1:] {
			m.add(name, Type(words[0]))
		}
	}
	return m
})

func (m fieldMap) add(name string, t Type) {
	if base, below := strings.CutSuffix(name, ".*"); below {
		m.below[base] = t
	} else {
		m.exact[name] = t
	}
	for dot := strings.LastIndexByte(name, '.'); dot >= 0; dot = strings.LastIndexByte(name, '.') {
		name = name[:dot]
		m.exact[name] = TypeObject
	}
}

// tagVersion is how the table names the version of any product.
const tagVersion = "tag.*.version"

// Mapped gives the type of a field of the fixed mapping, and false for one
// that is typed by rule.
func Mapped(field string) (Type, bool) {
	field = canonicalName(field)
	m := fixedMapping()
	if t, ok := m.exact[field]; ok {
		return t, true
	}
	if name, ok := strings.CutPrefix(field, "tag."); ok && strings.HasSuffix(name, ".version") {
		return m.exact[tagVersion], true
	}
	for base := field; ; {
		dot := strings.LastIndexByte(base, '.')
		if dot < 0 || strings.HasSuffix(field, keywordSuffix) {
			return "", false
		}
		base = base[:dot]
		if t, ok := m.below[base]; ok {
			return t, true
		}
	}
}

// canonicalName maps the repeated parts of a document on the described ones.
func canonicalName(field string) string {
	for _, alike := range [][2]string{{"certificate.chain", "certificate"}, {"whois.related_nets", "whois.net"}} {
		rest, ok := strings.CutPrefix(field, alike[0])
		if ok && (rest == "" || rest[0] == '.') {
			return alike[1] + rest
		}
	}
	return field
}

// Mapping gives the fixed mapping for the mapping endpoint, which may change it:
// field to type, with names that end in .* as the table has them, and
// tag.*.version.
func Mapping() map[string]Type {
	m := fixedMapping()
	all := maps.Clone(m.exact)
	for base, t := range m.below {
		all[base+".*"] = t
	}
	for name, t := range maps.Clone(all) {
		if rest, ok := strings.CutPrefix(name, "certificate."); ok {
			all["certificate.chain."+rest] = t
		}
		if rest, ok := strings.CutPrefix(name, "whois.net."); ok {
			all["whois.related_nets."+rest] = t
		}
	}
	all["certificate.chain"], all["whois.related_nets"] = TypeObject, TypeObject
	return all
}
