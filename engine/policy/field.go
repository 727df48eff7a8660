package policy

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// field is a word of an expression that stands for something of a finding. One
// of its three functions is there: that is its kind.
type field struct {
	name   string
	flag   func(*Assessed) bool
	number func(*Assessed) float64
	texts  func(*Assessed) []string // several for tag: a comparison asks whether any is so

	severity bool // a number that is written as a severity
}

// day is what age counts in.
const day = 24 * time.Hour

// fields lists every field once, in the order of the documentation.
func fields() []field {
	text := func(name string, of func(*engine.Finding) string) field {
		return field{name: name, texts: func(a *Assessed) []string { return []string{of(a.Finding)} }}
	}
	return []field{
		{name: "severity", severity: true, number: func(a *Assessed) float64 { return float64(a.Finding.Severity.Rank()) }},
		{name: "new", flag: func(a *Assessed) bool { return a.New }},
		text("rule", func(f *engine.Finding) string { return f.Rule }),
		text("target", func(f *engine.Finding) string { return string(f.Target) }),
		{name: "port", number: func(a *Assessed) float64 { return float64(a.Finding.Port) }},
		text("path", func(f *engine.Finding) string { return f.Path }),
		text("service", func(f *engine.Finding) string { return f.Protocol }),
		text("owner", func(f *engine.Finding) string { return f.Owner }),
		{name: "cvss", number: func(a *Assessed) float64 { return a.Finding.CVSS }},
		{name: "epss", number: func(a *Assessed) float64 { return a.Finding.EPSS }},
		{name: "kev", flag: func(a *Assessed) bool { return a.Finding.KEV }},
		{name: "age", number: func(a *Assessed) float64 { return float64(a.Age) / float64(day) }},
		{name: "tag", texts: func(a *Assessed) []string { return a.Finding.Tags }},
	}
}

func fieldNamed(name string) (field, bool) {
	for _, f := range fields() {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}

// fieldNames is the vocabulary of an expression, for hints.
func fieldNames() []string {
	var names []string
	for _, f := range fields() {
		names = append(names, f.name)
	}
	return append(names, "count", "in", "true", "false")
}
