package provider

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Lists of targets are lists and not sets because the plugin framework compares
// sets element by element: planning 4,000 targets takes 14 s as a set and 2 s
// as a list. What a set would give, that order means nothing, is done here.

// targetsOf gives the targets of a known list.
func targetsOf(list types.List) []engine.Target {
	elements := list.Elements()
	targets := make([]engine.Target, 0, len(elements))
	for _, e := range elements {
		if v, ok := e.(targetValue); ok {
			targets = append(targets, v.target())
		}
	}
	return targets
}

// listOfTargets is the reverse of targetsOf.
func listOfTargets(targets []engine.Target) types.List {
	elements := make([]attr.Value, len(targets))
	for i, t := range targets {
		elements[i] = newTargetValue(t)
	}
	return types.ListValueMust(targetType{}, elements)
}

// isWhollyKnown reports a list that is known and has only known elements.
func isWhollyKnown(list types.List) bool {
	return !list.IsUnknown() && !slices.ContainsFunc(list.Elements(), attr.Value.IsUnknown)
}

// targetSet gives the targets in their canonical spelling, sorted and each once.
func targetSet(targets []engine.Target) []engine.Target {
	set := make([]engine.Target, len(targets))
	for i, t := range targets {
		set[i] = t.Canonical()
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// sameTargets reports lists that stand for the same targets.
func sameTargets(a, b []engine.Target) bool {
	return slices.Equal(targetSet(a), targetSet(b))
}

// targetsDigest is the SHA-256 of the set of targets, one a line, in hexadecimal.
func targetsDigest(targets []engine.Target) string {
	var b strings.Builder
	for _, t := range targetSet(targets) {
		b.WriteString(string(t))
		b.WriteByte('\n')
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}
