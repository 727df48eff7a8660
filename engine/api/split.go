package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// How many parts a value of a request may have. No rule of the engine lets as many
// through: these keep a refusal as fast as the reading of the body.
const (
	maxMembers = 1000
	maxItems   = 1 << 18
)

// members splits an object into its members. encoding/json would look at each byte of a
// value once for every level it is below, and copy it.
func members(object []byte) (Arguments, error) {
	args, n := Arguments{}, 0
	for rest := splitter(inside(object)); rest.more(); {
		name, value := rest.next(), rest.next()
		if n++; n > maxMembers {
			continue
		}
		text, _ := quoted(name)
		args[text] = value
	}
	if n > maxMembers {
		return nil, tooMany("", "an object has", "members", maxMembers, n)
	}
	return args, nil
}

// elements splits an array called name, or gives a value that is none as the only one.
func elements(name string, value json.RawMessage) (items []json.RawMessage, isArray bool, err error) {
	value = bytes.TrimSpace(value)
	if len(value) == 0 || value[0] != '[' {
		return []json.RawMessage{value}, false, nil
	}
	n := 0
	for rest := splitter(inside(value)); rest.more(); {
		item := rest.next()
		if n++; n <= maxItems {
			items = append(items, item)
		}
	}
	if n > maxItems {
		return nil, true, tooMany(name, "the list has", "items", maxItems, n)
	}
	return items, true, nil
}

func tooMany(field, has, parts string, limit, n int) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: parsingTitle, Field: field, Limit: int64(limit), Current: int64(n),
		Detail: fmt.Sprintf("%s %d %s, at most %d are taken", has, n, parts, limit), Hint: "split the request, and send only what the API's documents describe",
	}
}

// inside is what is between the brackets of valid JSON.
func inside(value []byte) []byte { return bytes.TrimSpace(value[1 : len(value)-1]) }

// splitter is what is left of valid JSON between brackets.
type splitter []byte

func (s splitter) more() bool { return len(s) > 0 }

// next takes off what comes before the next comma or colon that is not within a value.
func (s *splitter) next() json.RawMessage {
	depth := 0
	for i := 0; i < len(*s); i++ {
		switch (*s)[i] {
		case '"':
			i += closing((*s)[i+1:])
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case ',', ':':
			if depth == 0 {
				part := bytes.TrimSpace((*s)[:i])
				*s = (*s)[i+1:]
				return json.RawMessage(part)
			}
		}
	}
	part := bytes.TrimSpace(*s)
	*s = nil
	return json.RawMessage(part)
}

// closing is how far the quote is that ends a string, 1 for the empty one.
func closing(text []byte) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// quoted reads a JSON string.
func quoted(value json.RawMessage) (text string, ok bool) {
	value = bytes.TrimSpace(value)
	if len(value) < 2 || value[0] != '"' {
		return "", false
	}
	if plain := value[1 : len(value)-1]; bytes.IndexByte(plain, '\\') < 0 && utf8.Valid(plain) {
		return string(plain), true
	}
	return text, json.Unmarshal(value, &text) == nil
}
