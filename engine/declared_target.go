package engine

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// DeclaredTargetKind is the kind of the records of targets.
const DeclaredTargetKind RecordKind = "target"

// Limits of what is said about a target.
const (
	maxTags       = 50
	maxTagRunes   = 100
	maxLabels     = 50
	maxLabelRunes = 255
)

// Criticality says how much depends on a target.
type Criticality string

// The criticalities; "" is [CriticalityNormal].
const (
	CriticalityLow      Criticality = "low"
	CriticalityNormal   Criticality = "normal"
	CriticalityHigh     Criticality = "high"
	CriticalityCritical Criticality = "critical"
)

// DeclaredTarget is a [Target] that people keep, with what they know of it. A party has
// one for each address.
type DeclaredTarget struct {
	Stamp

	Address     Target            `json:"address"` // in its canonical form
	Name        string            `json:"name"`    // what people call it; several may be called the same
	Tags        []string          `json:"tags"`    // sorted, each once
	Criticality Criticality       `json:"criticality"`
	Owner       string            `json:"owner"` // who is answerable: "@team-web", "ann@example.com"
	Labels      map[string]string `json:"labels"`

	Verification Verification `json:"verification"`
}

var _ Noun = (*DeclaredTarget)(nil)

// RecordKind implements [Noun].
func (*DeclaredTarget) RecordKind() RecordKind { return DeclaredTargetKind }

// RecordName implements [Noun].
func (t *DeclaredTarget) RecordName() string { return string(t.Address.Canonical()) }

// Validate implements [Noun].
func (t *DeclaredTarget) Validate() error {
	if t.Address == "" {
		return badDeclaredTarget("address", "the address is missing", "write an address, a CIDR or a domain name")
	}
	if err := t.Address.Validate(); err != nil {
		return In("address", err)
	}
	if err := validateName("name", t.Name); err != nil {
		return err
	}
	if err := validateTags(t.Tags); err != nil {
		return err
	}
	if !slices.Contains(criticalities(), cmp.Or(t.Criticality, CriticalityNormal)) {
		return badDeclaredTarget("criticality", fmt.Sprintf("criticality is %q", string(t.Criticality)), "write low, normal, high or critical")
	}
	if err := validateName("owner", t.Owner); err != nil {
		return err
	}
	return validateLabels(t.Labels)
}

func criticalities() []Criticality {
	return []Criticality{CriticalityLow, CriticalityNormal, CriticalityHigh, CriticalityCritical}
}

func validateTags(tags []string) error {
	if len(tags) > maxTags {
		return badDeclaredTarget("tags", fmt.Sprintf("there are %d tags, at most %d are allowed", len(tags), maxTags), "leave some out")
	}
	for i, tag := range tags {
		field := fmt.Sprintf("tags[%d]", i)
		if tag == "" || len([]rune(tag)) > maxTagRunes || strings.Contains(tag, ",") {
			return badDeclaredTarget(field, fmt.Sprintf("%q is no tag", tag), fmt.Sprintf("a tag has 1 to %d characters and no comma", maxTagRunes))
		}
		if err := validateName(field, tag); err != nil {
			return err
		}
	}
	return nil
}

// labelKey is what labels are called.
var labelKey = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$`)

func validateLabels(labels map[string]string) error {
	if len(labels) > maxLabels {
		return badDeclaredTarget("labels", fmt.Sprintf("there are %d labels, at most %d are allowed", len(labels), maxLabels), "leave some out")
	}
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if !labelKey.MatchString(key) {
			return badDeclaredTarget("labels", fmt.Sprintf("%q is no name of a label", key), "it has 1 to 63 letters, digits, dots, slashes, underscores or hyphens, and begins and ends with a letter or digit")
		}
		if value := labels[key]; len([]rune(value)) > maxLabelRunes || !isPlainText(value) {
			return badDeclaredTarget("labels", fmt.Sprintf("the label %q has a value that is too long or no text", key), fmt.Sprintf("write at most %d characters", maxLabelRunes))
		}
	}
	return nil
}

func badDeclaredTarget(field, detail, hint string) error {
	return &Error{Kind: Invalid, Title: "Target is not valid", Field: field, Detail: detail, Hint: hint}
}

// Settle gives a valid target the form it is kept in. What is known of it from before
// stays while its address does; before is nil for a new one.
func (t *DeclaredTarget) Settle(before *DeclaredTarget) {
	t.Address = t.Address.Canonical()
	t.Tags = slices.Compact(slices.Sorted(slices.Values(t.Tags)))
	t.Criticality = cmp.Or(t.Criticality, CriticalityNormal)
	if t.Tags == nil {
		t.Tags = []string{}
	}
	if t.Labels == nil {
		t.Labels = map[string]string{}
	}
	if before != nil && before.Address == t.Address {
		t.Verification = before.Verification
		return
	}
	t.Verification = newVerification(t.Address)
}
