package private

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// maxFields is how many paths a request may name: half of what documents have.
const maxFields = 500

// selection is which members of a document a client wants. The zero selection is all
// of them.
type selection struct {
	paths   []string // dotted; each stands for its whole subtree
	exclude bool     // everything but paths
}

// selectionOf reads fields and source_type. "*" is every field.
func selectionOf(args api.Arguments) (selection, error) {
	paths, err := args.List("fields")
	if err != nil {
		return selection{}, err
	}
	if len(paths) > maxFields {
		return selection{}, tooMany("fields", len(paths), maxFields, "name what is above them, or leave fields out")
	}
	sourceType, err := args.Text("source_type")
	if err != nil {
		return selection{}, err
	}
	if sourceType != "" && sourceType != "include" && sourceType != "exclude" {
		return selection{}, invalid("source_type", fmt.Sprintf("source_type is %q", sourceType), `write "include" or "exclude"`)
	}
	for _, path := range paths {
		if path == "*" {
			return selection{}, nil
		}
	}
	return selection{paths: paths, exclude: sourceType == "exclude"}, nil
}

// apply gives the selected part of a document.
func (s selection) apply(document json.RawMessage) (json.RawMessage, error) {
	if len(s.paths) == 0 {
		return document, nil
	}
	pick := include
	if s.exclude {
		pick = exclude
	}
	selected, some, err := pick(document, s.paths)
	if err != nil {
		return nil, fmt.Errorf("select fields of a document: %w", err)
	}
	if !some {
		return json.RawMessage("{}"), nil
	}
	return selected, nil
}

// picker gives the part of a value that paths leave of it; some is false if nothing
// is left.
type picker func(value json.RawMessage, paths []string) (part json.RawMessage, some bool, err error)

// include keeps what paths name. Paths go through arrays to each element.
func include(value json.RawMessage, paths []string) (json.RawMessage, bool, error) {
	switch opening(value) {
	case '[':
		return eachElement(value, paths, include)
	case '{':
		return eachMember(value, paths, func(member json.RawMessage, whole bool, below []string) (json.RawMessage, bool, error) {
			switch {
			case whole:
				return member, true, nil
			case len(below) == 0:
				return nil, false, nil
			}
			return include(member, below)
		})
	}
	return nil, false, nil // paths lead below a value that has no members
}

// exclude drops what paths name and keeps the rest, emptied objects too.
func exclude(value json.RawMessage, paths []string) (json.RawMessage, bool, error) {
	switch opening(value) {
	case '[':
		part, some, err := eachElement(value, paths, exclude)
		if !some {
			part = json.RawMessage("[]")
		}
		return part, true, err
	case '{':
		part, some, err := eachMember(value, paths, func(member json.RawMessage, whole bool, below []string) (json.RawMessage, bool, error) {
			switch {
			case whole:
				return nil, false, nil
			case len(below) == 0:
				return member, true, nil
			}
			return exclude(member, below)
		})
		if !some {
			part = json.RawMessage("{}")
		}
		return part, true, err
	}
	return value, true, nil
}

func eachElement(array json.RawMessage, paths []string, pick picker) (json.RawMessage, bool, error) {
	var elements []json.RawMessage
	if err := json.Unmarshal(array, &elements); err != nil {
		return nil, false, err
	}
	kept := elements[:0]
	for _, element := range elements {
		part, some, err := pick(element, paths)
		if err != nil {
			return nil, false, err
		}
		if some {
			kept = append(kept, part)
		}
	}
	if len(kept) == 0 {
		return nil, false, nil
	}
	encoded, err := json.Marshal(kept)
	return encoded, true, err
}

// eachMember rebuilds an object from what pick leaves of each member. whole says that
// a path names the member itself; below are the paths that lead further down.
func eachMember(object json.RawMessage, paths []string, pick func(member json.RawMessage, whole bool, below []string) (json.RawMessage, bool, error)) (json.RawMessage, bool, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil {
		return nil, false, err
	}
	kept := map[string]json.RawMessage{}
	for name, member := range members {
		whole, below := match(paths, name)
		part, some, err := pick(member, whole, below)
		if err != nil {
			return nil, false, err
		}
		if some {
			kept[name] = part
		}
	}
	if len(kept) == 0 {
		return nil, false, nil
	}
	encoded, err := json.Marshal(kept)
	return encoded, true, err
}

// match finds what paths say about the member called name, which may have dots in it
// itself.
func match(paths []string, name string) (whole bool, below []string) {
	for _, path := range paths {
		if path == name {
			return true, nil
		}
		if rest, ok := strings.CutPrefix(path, name+"."); ok {
			below = append(below, rest)
		}
	}
	return false, below
}

func opening(value json.RawMessage) byte {
	trimmed := bytes.TrimLeft(value, " \t\r\n")
	if len(trimmed) == 0 {
		return 0
	}
	return trimmed[0]
}
