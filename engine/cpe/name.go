// Package cpe is the names of products in the form that lists of vulnerabilities use:
// CPE 2.3 (NISTIR 7695), such as cpe:2.3:a:apache:http_server:2.4.49:*:*:*:*:*:*:*.
// Begin with [Software] for what a scan has seen and [Parse] for what is written;
// [Name.Compare] tells whether one covers the other.
//
// It does not know which products there are, and versions are text to it: which of
// two is later is a question for package feed.
package cpe

import (
	"fmt"
	"regexp"
	"strings"
)

// The parts: what sort of thing a name is of.
const (
	Application     Value = "a"
	OperatingSystem Value = "o"
	Hardware        Value = "h"
)

// Name is a well-formed name. Its attributes are in the order of the formatted string.
type Name struct {
	Part, Vendor, Product, Version, Update                  Value
	Edition, Language, SWEdition, TargetSW, TargetHW, Other Value
}

// prefix begins every formatted string.
const prefix = "cpe:2.3:"

// maxLength is the longest formatted string that is read, in bytes. The dictionary's
// longest is below 300.
const maxLength = 2048

// attributes lists the members of a name, with what each is called.
func (n *Name) attributes() []struct {
	name  string
	value *Value
} {
	return []struct {
		name  string
		value *Value
	}{
		{"part", &n.Part}, {"vendor", &n.Vendor}, {"product", &n.Product}, {"version", &n.Version}, {"update", &n.Update},
		{"edition", &n.Edition}, {"language", &n.Language}, {"software edition", &n.SWEdition},
		{"target software", &n.TargetSW}, {"target hardware", &n.TargetHW}, {"other", &n.Other},
	}
}

// Parse reads a formatted string (NISTIR 7695 section 6.2). The error says which
// attribute is wrong.
func Parse(text string) (Name, error) {
	var n Name
	rest, ok := strings.CutPrefix(strings.ToLower(text), prefix)
	if !ok || len(text) > maxLength {
		return Name{}, fmt.Errorf("%.80q is no CPE 2.3 name: it does not begin with %s", text, prefix)
	}
	components := split(rest)
	attributes := n.attributes()
	if len(components) != len(attributes) {
		return Name{}, fmt.Errorf("%.80q is no CPE 2.3 name: it has %d attributes, not %d", text, len(components), len(attributes))
	}
	for i, attribute := range attributes {
		value, err := parseValue(components[i])
		if err != nil {
			return Name{}, fmt.Errorf("%.80q is no CPE 2.3 name: %s: %w", text, attribute.name, err)
		}
		*attribute.value = value
	}
	switch n.Part {
	case Application, OperatingSystem, Hardware, Any, NA:
		return n, nil
	}
	return Name{}, fmt.Errorf("%.80q is no CPE 2.3 name: part: %q is not one of a, o, h", text, n.Part)
}

// split cuts at colons that are not escaped.
func split(text string) []string {
	var components []string
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case ':':
			components = append(components, text[start:i])
			start = i + 1
		}
	}
	return append(components, text[start:])
}

// String gives the formatted string. Attributes that are not set are [Any].
func (n Name) String() string {
	var b strings.Builder
	b.WriteString(prefix)
	for i, attribute := range n.attributes() {
		if i > 0 {
			b.WriteByte(':')
		}
		if *attribute.value == "" {
			*attribute.value = Any
		}
		b.WriteString(string(*attribute.value))
	}
	return b.String()
}

// Key is the vendor and the product, by which lists are looked up: "f5:nginx".
func (n Name) Key() string { return string(n.Vendor) + ":" + string(n.Product) }

// Software names a product by plain texts. The update is taken off the version, as the
// dictionary has it: "9.2p1" is version 9.2, update p1. An empty version is [Any], and
// an update that is not shown too: not every program shows it.
func Software(part Value, vendor, product, version string) Name {
	version, update := SplitUpdate(version)
	return Name{
		Part: part, Vendor: Quote(vendor), Product: Quote(product), Version: Quote(version), Update: Quote(update),
		Edition: Any, Language: Any, SWEdition: Any, TargetSW: Any, TargetHW: Any, Other: Any,
	}
}

// updatePattern is a version with an update behind it: 4.2.8p15, 9.11.4-P2, 8.0.0-RC1,
// 9.0.0.M1. A single letter is a part of the version, as in 1.1.1k.
var updatePattern = regexp.MustCompile(`(?i)^(\d+(?:\.\d+)*)[-._]?(p|patch|sp|rc|beta|alpha|milestone|m)[-._]?(\d{1,4})$`)

// SplitUpdate parts "9.2p1" into "9.2" and "p1"; update is "" if there is none.
func SplitUpdate(version string) (base, update string) {
	match := updatePattern.FindStringSubmatch(version)
	if match == nil {
		return version, ""
	}
	word := strings.ToLower(match[2])
	if word == "m" {
		word = "milestone"
	}
	return match[1], word + match[3]
}

// MarshalText gives the formatted string.
func (n Name) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads a formatted string.
func (n *Name) UnmarshalText(text []byte) (err error) {
	*n, err = Parse(string(text))
	return err
}
