package sqlite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// A document is read where it stands, value by value, when it is indexed: to build
// maps of it takes as long as all the rest. What stands here reads what encoding/json
// wrote without spaces, and finds in it what encoding/json would.

// member is one of an object, its value not read yet.
type member struct{ name, value []byte }

// readMembers adds the members of an object to all, each once: of several with one
// name the last counts.
func readMembers(object []byte, all []member) ([]member, error) {
	known := len(all)
	var highest []byte // most objects are sorted, so that a name is new if it is higher
	for rest := object[1:]; len(rest) > 1; {
		m, behind, err := cutMember(rest)
		if err != nil {
			return nil, err
		}
		rest = behind
		if highest == nil || bytes.Compare(m.name, highest) > 0 {
			highest = m.name
			all = append(all, m)
			continue
		}
		same := slices.IndexFunc(all[known:], func(other member) bool { return bytes.Equal(other.name, m.name) })
		if same < 0 {
			all = append(all, m)
			continue
		}
		all[known+same] = m
	}
	return all, nil
}

// cutMember reads the member that b begins with, and gives what is behind its comma.
func cutMember(b []byte) (m member, behind []byte, err error) {
	name, rest := cutJSON(b)
	if m.name, err = readText(name); err != nil {
		return m, nil, err
	}
	if len(rest) == 0 || rest[0] != ':' {
		return m, nil, errDamaged
	}
	if m.value, rest = cutJSON(rest[1:]); len(m.value) == 0 || len(rest) == 0 {
		return m, nil, errDamaged
	}
	return m, rest[1:], nil
}

// cutElement gives the element that b begins with, and what is behind its comma.
func cutElement(b []byte) (element, behind []byte, err error) {
	element, rest := cutJSON(b)
	if len(element) == 0 || len(rest) == 0 {
		return nil, nil, errDamaged
	}
	return element, rest[1:], nil
}

// cutJSON cuts behind the value that b begins with; value is empty if there is none.
func cutJSON(b []byte) (value, rest []byte) {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = textEnd(b, i)
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		case ',', ':':
			if depth == 0 {
				return b[:i], b[i:]
			}
			continue
		default:
			continue
		}
		if depth < 0 { // of what the value is in
			return b[:i], b[i:]
		}
		if depth == 0 {
			return b[:min(i+1, len(b))], b[min(i+1, len(b)):]
		}
	}
	return b, nil
}

// textEnd gives the place of the quote that ends the text that begins at start.
func textEnd(b []byte, start int) int {
	for i := start + 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(b)
}

// readText reads a text.
func readText(b []byte) ([]byte, error) {
	if len(b) < 2 || b[0] != '"' {
		return nil, errDamaged
	}
	if inner := b[1 : len(b)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner, nil
	}
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return []byte(text), nil
}

// readPlain reads a value that is neither null nor an array nor an object.
func readPlain(b []byte) (any, error) {
	switch b[0] {
	case '"':
		text, err := readText(b)
		return string(text), err
	case 't', 'f':
		return b[0] == 't', nil
	}
	n, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return n, nil
}
