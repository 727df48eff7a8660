package probe

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Product is software that names itself in what it sends.
type Product struct {
	Name     string         // of the tag: "nginx"
	FullName string         // "nginx"
	Category string         // "Web servers"
	Vendor   string         // in the CPE dictionary; empty when the product has no certain entry
	CPE      string         // product in the CPE dictionary
	Pattern  *regexp.Regexp // group 1 is the version; may match without one
}

// Find gives a tag for every product that text names, each once.
func Find(products []Product, text string) []engine.Tag {
	var tags []engine.Tag
	for _, p := range products {
		match := p.Pattern.FindStringSubmatch(text)
		if match == nil {
			continue
		}
		version := ""
		if len(match) > 1 {
			version = match[1]
		}
		tags = append(tags, p.Tag(version))
	}
	return tags
}

// Tag names the product in a response. version may be empty.
func (p Product) Tag(version string) engine.Tag {
	tag := engine.Tag{Name: p.Name, FullName: p.FullName, Category: []string{p.Category}, CPE: []string{}, Version: version}
	if p.Vendor != "" {
		tag.CPE = append(tag.CPE, p.name(version))
	}
	return tag
}

// name is the product's CPE 2.3 formatted string (NISTIR 7695 section 6.2): an unknown
// version is ANY; OpenSSH's "8.9p1" is version 8.9, update p1.
func (p Product) name(version string) string {
	update := "*"
	if base, patch, ok := strings.Cut(version, "p"); ok && p.CPE == "openssh" {
		version, update = base, "p"+patch
	}
	if version == "" {
		version = "*"
	}
	return fmt.Sprintf("cpe:2.3:a:%s:%s:%s:%s:*:*:*:*:*:*", p.Vendor, p.CPE, escapeCPE(version), update)
}

// escapeCPE quotes what is neither a letter, a digit, a dot nor an underscore; "*" stays ANY.
func escapeCPE(s string) string {
	if s == "*" {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if !strings.ContainsRune("._", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
