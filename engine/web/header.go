package web

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed headers.txt
var headerNames string

// knownHeaders are the headers that have a member of their own in "headers", so
// that they can be searched by name; all others stand in "unknown_headers". The
// list is read when the first page is seen, not when the program starts.
var knownHeaders = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, name := range strings.Fields(headerNames) {
		names[name] = true
	}
	return names
})

// isKnown wants a name in lower case, with underscores for hyphens.
func isKnown(name string) bool { return knownHeaders()[name] }
