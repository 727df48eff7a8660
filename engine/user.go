package engine

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// KeyLength is how many characters a generated API key has: 32 of 62 symbols are
// 190 bits.
const KeyLength = 32

// UserID numbers a user.
type UserID int64

// User is somebody with an API key. The key itself is never kept, only its hash.
type User struct {
	ID        UserID
	Email     string
	FirstName string
	LastName  string
	KeyHash   string // see [HashKey]
	CreatedAt time.Time
}

// Owner is what others see of the user.
func (u User) Owner() Owner { return Owner{ID: u.ID, Email: u.Email} }

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
			return &Error{Kind: Invalid, Title: "API key is not valid", Detail: "an API key holds letters and digits only", Hint: "choose another, for example the output of: openssl rand -hex 16"}
		}
	}
	if len(key) < 16 {
		return &Error{Kind: Invalid, Title: "API key is not valid", Detail: fmt.Sprintf("the key has %d characters, at least 16 are needed", len(key)), Hint: "choose another, for example the output of: openssl rand -hex 16"}
	}
	return nil
}

// HashKey gives what is stored of a key. Keys are random and long, so one round
// of SHA-256 is enough: there is nothing to guess.
func HashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
