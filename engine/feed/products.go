package feed

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed products.txt
var productLines string

// aliases are read when the first product is looked up, not when the program starts.
var aliases = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	for line := range strings.Lines(productLines) {
		if names := strings.Fields(line); len(names) > 1 && line[0] != '#' {
			all[names[0]] = names
		}
	}
	return all
})

// Aliases gives all names that lists have for a product, a tag's vendor:product first.
func Aliases(key string) []string {
	if names := aliases()[key]; names != nil {
		return names
	}
	return []string{key}
}
