package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// KeyScope says what an API key may be used for. Each includes those before it.
type KeyScope string

// The scopes, from narrow to wide.
const (
	KeyRead   KeyScope = "read"   // look at everything its user may see
	KeyScan   KeyScope = "scan"   // … and create, change, cancel and delete scans
	KeyManage KeyScope = "manage" // … and everything else its user may do, keys included
)

// KeyScopes lists all scopes, from narrow to wide.
func KeyScopes() []KeyScope { return []KeyScope{KeyRead, KeyScan, KeyManage} }

// Includes reports whether a key of scope s may do what needs other. What is no scope
// includes nothing.
func (s KeyScope) Includes(other KeyScope) bool {
	return slices.Index(KeyScopes(), s) >= max(0, slices.Index(KeyScopes(), other))
}

// Scope is the widest of the key's scopes; a key without any may do everything.
func (k Key) Scope() KeyScope {
	if len(k.Scopes) == 0 {
		return KeyManage
	}
	widest := k.Scopes[0]
	for _, s := range k.Scopes {
		if s.Includes(widest) {
			widest = s
		}
	}
	return widest
}

// Expired reports whether the key's time is over.
func (k Key) Expired(at time.Time) bool { return k.ExpiresAt != nil && !at.Before(*k.ExpiresAt) }

// Open reports whether the key opens the door.
func (k Key) Open(at time.Time) bool { return k.RevokedAt == nil && !k.Expired(at) }

// KeyPrefix is how a key begins: 6 of 32 characters leave 155 bits to guess.
func KeyPrefix(key string) string { return key[:min(len(key), 6)] }

// KeyRequest is what somebody may say about a new key of their own.
type KeyRequest struct {
	Name      string     `json:"name"`
	Scopes    []KeyScope `json:"scopes"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	// Key is the key itself, for who has a place where secrets are made; "" lets the
	// engine make it.
	Key string `json:"key,omitempty"`
}

// Validate reports the first thing wrong with the request at a time, naming its field.
func (r KeyRequest) Validate(at time.Time) error {
	if strings.TrimSpace(r.Name) == "" {
		return &Error{Kind: Invalid, Title: "Name is missing", Field: "name", Detail: "the key has no name", Hint: "say what it is for, as in \"nightly job\""}
	}
	if err := validateName("name", r.Name); err != nil {
		return err
	}
	if len(r.Scopes) == 0 {
		return badScopes("the list of scopes is empty")
	}
	for i, s := range r.Scopes {
		if !slices.Contains(KeyScopes(), s) {
			return badScopes(fmt.Sprintf("%q is no scope", string(s)))
		}
		if slices.Contains(r.Scopes[:i], s) {
			return badScopes(fmt.Sprintf("%q is there twice", string(s)))
		}
	}
	if err := r.validateKey(); err != nil {
		return In("key", err)
	}
	return ValidateKeyExpiry(r.ExpiresAt, at)
}

// validateKey wants a key as long as those the engine makes: how it begins is shown.
func (r KeyRequest) validateKey() error {
	if r.Key == "" {
		return nil
	}
	if len(r.Key) < KeyLength {
		return badKey(fmt.Sprintf("the key has %d characters, at least %d are needed", len(r.Key), KeyLength))
	}
	return ValidateKey(r.Key)
}

func badScopes(detail string) error {
	return &Error{Kind: Invalid, Title: "Scopes are not valid", Field: "scopes", Detail: detail, Hint: "write some of read, scan and manage; each includes those before it"}
}

// ValidateKeyExpiry reports an end that is over already; nil is none.
func ValidateKeyExpiry(expires *time.Time, at time.Time) error {
	if expires == nil || expires.After(at) {
		return nil
	}
	return &Error{
		Kind: Invalid, Title: "Expiry is not valid", Field: "expires_at",
		Detail: fmt.Sprintf("%s is over, it is %s", expires.UTC().Format(time.RFC3339), at.UTC().Format(time.RFC3339)), Hint: "choose a time that is to come",
	}
}
