package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Consistency holds the documents of one scan against each other: a URI is that of one
// document, and a field has the same type in all of them, or no index and no client of
// static types could take them in.
func Consistency(documents [][]byte) error {
	c := consistency{uris: map[string]bool{}, types: map[string]origin{}}
	for _, document := range documents {
		var members map[string]any
		if err := json.Unmarshal(document, &members); err != nil {
			return fmt.Errorf("read document: %w", err)
		}
		uri := text(members, "uri")
		if c.uris[uri] {
			c.add("two documents have the uri %s", uri)
		}
		c.uris[uri] = true
		c.look("", uri, members)
	}
	return errors.Join(c.violations...)
}

// origin is a field's type, and the first document that has it.
type origin struct{ typeOf, uri string }

type consistency struct {
	checker

	uris  map[string]bool
	types map[string]origin
}

func (c *consistency) add(format string, args ...any) { c.checker.add("", format, args...) }

// look notes the types of a value and of what is in it. Lists and their elements are
// two fields: what is a list here is a list everywhere.
func (c *consistency) look(path, uri string, value any) {
	kind := typeOf(value)
	if _, isNumber := value.(float64); isNumber {
		kind = "number"
	}
	first, ok := c.types[path]
	if !ok {
		c.types[path] = origin{kind, uri}
	} else if first.typeOf != kind {
		c.add("%s is %s in %s and %s in %s", strings.TrimPrefix(path, "."), first.typeOf, first.uri, kind, uri)
	}
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			c.look(path+"."+name, uri, member)
		}
	case []any:
		for _, element := range v {
			c.look(path+"[]", uri, element)
		}
	}
}
