package engine

import "fmt"

// RequestKeyHeader is the header with which a client names a request that makes
// something, so that it can repeat it without making it twice
// (draft-ietf-httpapi-idempotency-key-header).
const RequestKeyHeader = "Idempotency-Key"

// MaxRequestKey is the longest such name in characters.
const MaxRequestKey = 255

// ValidateRequestKey reports a key that is too long or not plain text.
func ValidateRequestKey(key string) error {
	bad := func(detail string) error {
		return &Error{Kind: Invalid, Title: "Idempotency key is not valid", Field: RequestKeyHeader, Detail: detail, Hint: "send 1 to 255 printable characters, for example a UUID"}
	}
	if n := len(key); n == 0 || n > MaxRequestKey {
		return bad(fmt.Sprintf("the key has %d characters, 1 to %d are allowed", n, MaxRequestKey))
	}
	for i := range len(key) {
		if key[i] < ' ' || key[i] > '~' {
			return bad("the key holds characters that are not printable ASCII")
		}
	}
	return nil
}
