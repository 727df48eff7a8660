package engine

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// Lengths of API keys, in characters.
const (
	// KeyLength is how long a generated key is: 32 of 62 symbols are 190 bits.
	KeyLength = 32
	// minKeyLength is the shortest key somebody may choose.
	minKeyLength = 16
)

// KeyID numbers an API key; ids are never used again.
type KeyID int64

// Key is one of a user's API keys. The key itself is shown once, when it is
// made, and never kept.
type Key struct {
	ID         KeyID
	UserID     UserID
	Label      string // what it is for: "laptop", "ci"
	Hash       string // see [HashKey]
	Prefix     string // how the key begins, so that people know it again; "" for keys of older versions
	Scopes     []KeyScope
	CreatedAt  time.Time
	ExpiresAt  *time.Time // nil: never
	LastUsedAt *time.Time // coarse: to the hour
	RevokedAt  *time.Time // nil: it opens the door
}

// NewKey makes an API key of letters and digits only, because clients refuse
// any other (contract part 1, rule 3).
func NewKey() string {
	const symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	key := make([]byte, 0, KeyLength)
	var random [4 * KeyLength]byte
	for len(key) < KeyLength {
		_, _ = rand.Read(random[:]) // never fails, see crypto/rand
		for _, b := range random {
			// 248 is the largest multiple of 62 in a byte: above it symbols would not be equally likely.
			if b < 248 && len(key) < KeyLength {
				key = append(key, symbols[b%62])
			}
		}
	}
	return string(key)
}

// ValidateKey reports a key that clients could not send.
func ValidateKey(key string) error {
	for _, r := range key {
		if r > 127 || !isNameByte(byte(r)) || r == '-' || r == '_' {
			return badKey("an API key holds letters and digits only")
		}
	}
	if len(key) < minKeyLength {
		return badKey(fmt.Sprintf("the key has %d characters, at least %d are needed", len(key), minKeyLength))
	}
	return nil
}

func badKey(detail string) error {
	return &Error{Kind: Invalid, Title: "API key is not valid", Detail: detail, Hint: "choose another, for example the output of: openssl rand -hex 16"}
}

// ValidateKeyLabel reports a label that is too long or cannot be printed on a line.
func ValidateKeyLabel(label string) error { return validateName("label", label) }

// HashKey gives what is stored of a key. Keys are random and long, so one round
// of SHA-256 is enough: there is nothing to guess. Looking a key up by its hash
// tells nothing by its time either, because nobody can choose the hash.
func HashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
