package probe

import (
	"cmp"
	"regexp"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/cpe"
)

// Product is software that names itself in what it sends.
type Product struct {
	Name     string         // of the tag: "nginx"
	FullName string         // "nginx"
	Category string         // "Web servers"
	Vendor   string         // in the CPE dictionary, as plain text; empty when the product has no certain entry
	CPE      string         // product in the CPE dictionary, as plain text: "erlang/otp"
	Part     cpe.Value      // of the CPE dictionary; empty for an application
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
		name := cpe.Software(cmp.Or(p.Part, cpe.Application), p.Vendor, p.CPE, version)
		tag.CPE = append(tag.CPE, name.String())
	}
	return tag
}
