package probe

import "strings"

// Text makes bytes from a peer storable: valid UTF-8 without NUL, which no store
// takes. It does not make them safe to show; whoever renders them does.
func Text(b []byte) string {
	return strings.ReplaceAll(strings.ToValidUTF8(string(b), "\uFFFD"), "\x00", "")
}
