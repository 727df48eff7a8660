package engine

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"
)

// VerificationMethod is a way to prove that a target is yours.
type VerificationMethod string

// The methods.
const (
	VerifyDNS  VerificationMethod = "dns"  // a TXT record
	VerifyHTTP VerificationMethod = "http" // a file of the target's web server
)

// Verification is the proof that a target belongs to who declared it. Whoever has the
// DNS or the web server of a target in hand puts the token there, and the engine looks.
type Verification struct {
	Token      string             `json:"token"`       // random; no secret, it is published
	DNSName    string             `json:"dns_name"`    // the name of the TXT record that has to hold the token; "" for what is no domain
	URL        string             `json:"url"`         // the address of the file that has to hold the token; "" for a range
	VerifiedAt *time.Time         `json:"verified_at"` // when the token was found last; nil if never
	Method     VerificationMethod `json:"method"`      // where; "" if never
}

// VerificationPath is where the file is on the web server of a target.
const VerificationPath = "/.well-known/portolan-challenge.txt"

func newVerification(address Target) Verification {
	v := Verification{Token: "portolan-" + strings.ToLower(rand.Text())}
	switch address.Kind() {
	case TargetDomain:
		v.DNSName = "_portolan-challenge." + string(address)
		v.URL = "http://" + string(address) + VerificationPath
	case TargetIP:
		host := string(address)
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		v.URL = "http://" + host + VerificationPath
	case TargetCIDR:
	}
	return v
}

// Methods gives the methods by which a target can be verified, those asked for if it can,
// all for "".
func (t *DeclaredTarget) Methods(asked VerificationMethod) ([]VerificationMethod, error) {
	var can []VerificationMethod
	if t.Verification.DNSName != "" {
		can = append(can, VerifyDNS)
	}
	if t.Verification.URL != "" {
		can = append(can, VerifyHTTP)
	}
	switch {
	case len(can) == 0:
		return nil, badVerification(fmt.Sprintf("%s is a range, which has neither a name nor a web server", t.Address), "declare its addresses as targets and verify those")
	case asked == "":
		return can, nil
	case !slices.Contains([]VerificationMethod{VerifyDNS, VerifyHTTP}, asked):
		return nil, badVerification(fmt.Sprintf("%q is no method", string(asked)), "write dns or http, or leave it out for both")
	case !slices.Contains(can, asked):
		return nil, badVerification(fmt.Sprintf("%s has no name in the DNS", t.Address), "write http")
	}
	return []VerificationMethod{asked}, nil
}

func badVerification(detail, hint string) error {
	return &Error{Kind: Invalid, Title: "Target cannot be verified so", Field: "method", Detail: detail, Hint: hint}
}

// IsProof reports whether one of the texts found for a target is its token. Space around
// it does not matter: editors end files with a line break.
func (v Verification) IsProof(found []string) bool {
	return v.Token != "" && slices.ContainsFunc(found, func(text string) bool { return strings.TrimSpace(text) == v.Token })
}

// Verified are the targets of a party that are verified.
type Verified map[Target]bool

// Covers reports whether a target is proved to belong to the party. A verified domain
// covers the names below it, because whoever has a zone in hand gives those away; a
// domain covers no address, and an address no name. A range is covered if each of its
// addresses is, of which there are 256 at most.
func (v Verified) Covers(t Target) bool {
	t = t.Canonical()
	switch t.Kind() {
	case TargetDomain:
		for name := string(t); name != ""; {
			if v[Target(name)] {
				return true
			}
			_, name, _ = strings.Cut(name, ".")
		}
		return false
	case TargetCIDR:
		return v.coversRange(t)
	case TargetIP:
	}
	return v[t]
}

func (v Verified) coversRange(t Target) bool {
	prefix, _ := t.Prefix()
	if t.AddressCount() > 256 {
		return false
	}
	for addr := prefix.Addr(); prefix.Contains(addr); addr = addr.Next() {
		if !v[Target(addr.String())] {
			return false
		}
	}
	return true
}

// Unverified is the error about a target that may not be scanned before it is verified.
func Unverified(field string, t Target) error {
	hint := "declare it under /api/targets/ (portolan_target), publish its token and verify it; a verified domain covers the names below it"
	if _, isAddress := t.Prefix(); isAddress {
		hint = "declare the address, put its token on its web server and verify it; of a range each address has to be verified"
	}
	return &Error{
		Kind: Forbidden, Title: "Target is not verified", Field: field,
		Detail: fmt.Sprintf("this engine scans only what is proved to be yours, and %s is not", t), Hint: hint,
	}
}
