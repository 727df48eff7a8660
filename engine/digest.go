package engine

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// TargetsDigest names a set of targets: two lists have the same if and only if they
// stand for the same targets, however they are spelled and ordered.
func TargetsDigest(targets []Target) string {
	return digestOf(strings.Join(canonicalSet(targets), "\n")) // no target holds a line break
}

func canonicalSet(targets []Target) []string {
	set := make([]string, len(targets))
	for i, t := range targets {
		set[i] = string(t.Canonical())
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// Digest names what a valid request asks for: two requests have the same if they look
// for the same in the same places and in the same way. What the scan is called and where
// it comes from is no part of it. rules are the checks that are asked, in any order; nil
// is all that the engine knows, of whatever version it is. A request that names a scan
// profile has the digest of what the profile makes of it.
func (r ScanRequest) Digest(rules []string) string {
	ports, err := r.Ports.Canonical()
	if err != nil {
		ports = r.Ports // it is not valid, and told apart as it is written
	}
	profile := r.Profile
	profile.Addresses, profile.Mode = cmp.Or(profile.Addresses, OneAddress), cmp.Or(profile.Mode, ModeAuto)
	text, err := json.Marshal(struct {
		Targets, Exclude []string
		Ports            Ports
		Profile          Profile
		Expect           []Expectation
		Rules            []string
	}{canonicalSet(r.Targets), canonicalSet(r.Exclude), ports, profile, r.Expect, slices.Sorted(slices.Values(rules))})
	if err != nil {
		panic(err) // strings and numbers can always be encoded
	}
	return digestOf(string(text))
}

// digestOf gives 32 hex digits.
func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}
