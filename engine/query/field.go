package query

import "strings"

// Type says how the values of a field are compared. The names are those of the
// private scanner's mapping endpoint; VERSION and OBJECT are ours.
type Type string

// The types.
const (
	TypeText    Type = "TEXT"    // cut into lower-case [Tokens]
	TypeKeyword Type = "KEYWORD" // whole value, case-sensitive
	TypeIP      Type = "IP"      // by [Addrs]
	TypeDate    Type = "DATE"    // by [Dates]
	TypeBoolean Type = "BOOLEAN"
	TypeInteger Type = "INTEGER" // by [Number]
	TypeFloat   Type = "FLOAT"   // by [Number]; also numbers written as strings
	TypeVersion Type = "VERSION" // by [VersionKey]
	TypeBinary  Type = "BINARY"  // cannot be searched, only asked for existence
	TypeObject  Type = "OBJECT"  // has fields below it, no value of its own
)

// keywordSuffix asks for the exact form of a TEXT field.
const keywordSuffix = ".keyword"

// MaxKeyword is the longest value in characters that has an exact form under
// field.keyword.
const MaxKeyword = 256

// Ordered says whether values of the type are compared by what they denote, so
// that a term is an interval and wildcards make no sense.
func (t Type) Ordered() bool {
	switch t {
	case TypeIP, TypeDate, TypeInteger, TypeFloat, TypeVersion:
		return true
	}
	return false
}

// Fields gives the type of a field's string values: from the fixed mapping,
// else by rules over its name, else TEXT. Values of an unmapped field that are
// numbers or booleans in the document have their own type: see [TypeOf].
func Fields(field string) Type {
	if t, ok := Mapped(field); ok {
		return t
	}
	if strings.HasSuffix(field, keywordSuffix) {
		return TypeKeyword
	}
	name := field[strings.LastIndexByte(field, '.')+1:]
	switch name {
	case "ip":
		return TypeIP
	case "domain", "email", "host", "oid", "uri", "url":
		return TypeKeyword
	}
	if keywordName(name) {
		return TypeKeyword
	}
	return TypeText
}

// keywordName knows hashes and fingerprints by their names.
func keywordName(name string) bool {
	for _, ending := range []string{"md5", "sha1", "sha256", "sha512", "hash", "fingerprint", "_id"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// TypeOf gives the type that one value of a document has at a field.
func TypeOf(field string, value any) Type {
	if t, ok := Mapped(field); ok {
		return t
	}
	switch value.(type) {
	case string:
		return Fields(field)
	case bool:
		return TypeBoolean
	}
	return TypeFloat
}

// DefaultFields are the fields that a term without a field is looked for in.
func DefaultFields() []string {
	return []string{
		"host", "ip", "domain", "uri", "path", "http.title", "http.body",
		"certificate.names", "certificate.subject_dn", "certificate.issuer_dn",
		"certificate.subject.common_name", "certificate.subject.organization",
		"certificate.extensions.subject_alt_name.dns_names",
	}
}
