package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Arguments is what a request says: the members of its body or the parameters of its
// query string, read as leniently as existing clients need. null, "" and absent are
// the same, numbers may be strings, lists may be comma lists, and members nobody asks
// for are ignored. What is of an unknown type is an [engine.Invalid] error that names
// it.
type Arguments map[string]json.RawMessage

// Has reports whether name was given a value.
func (a Arguments) Has(name string) bool {
	switch string(bytes.TrimSpace(a[name])) {
	case "", "null", `""`:
		return false
	}
	return true
}

// Text reads a string by the first of its names that has a value; "" if none has.
func (a Arguments) Text(names ...string) (string, error) {
	for _, name := range names {
		if !a.Has(name) {
			continue
		}
		text, ok := a.text(name)
		if !ok {
			return "", badRequest(name, fmt.Sprintf("%s is not a string", name), "write it in quotes")
		}
		return text, nil
	}
	return "", nil
}

// Word is Text for what may be a number or a boolean too; it gives what was written.
func (a Arguments) Word(name string) (string, error) {
	if !a.Has(name) {
		return "", nil
	}
	if word, ok := scalar(a[name]); ok {
		return word, nil
	}
	return "", badRequest(name, fmt.Sprintf("%s is not a single value", name), "write it in quotes")
}

// Int reads a whole number, or a string of one. ok says whether there was a value.
func (a Arguments) Int(name string) (n int64, ok bool, err error) {
	if !a.Has(name) {
		return 0, false, nil
	}
	word, _ := scalar(a[name])
	n, err = strconv.ParseInt(strings.TrimSpace(word), 10, 64)
	if err != nil {
		return 0, false, badRequest(name, fmt.Sprintf("%s is %s, not a whole number", name, shorten(a[name])), "write a number such as 20")
	}
	return n, true, nil
}

// Flag reads a boolean, or a string or number that means one; false if absent.
func (a Arguments) Flag(name string) (bool, error) {
	if !a.Has(name) {
		return false, nil
	}
	word, _ := scalar(a[name])
	flag, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(word)))
	if err != nil {
		return false, badRequest(name, fmt.Sprintf("%s is %s, neither true nor false", name, shorten(a[name])), "write true or false")
	}
	return flag, nil
}

// Texts reads an array of strings and nothing else; nil if absent.
func (a Arguments) Texts(name string) ([]string, error) {
	if !a.Has(name) {
		return nil, nil
	}
	items, isArray, err := elements(name, a[name])
	if err != nil {
		return nil, err
	}
	if !isArray {
		return nil, badRequest(name, fmt.Sprintf("%s is %s, not a list", name, shorten(a[name])), `write a list such as ["192.0.2.1", "example.com"]`)
	}
	texts := make([]string, len(items))
	for i, item := range items {
		text, ok := quoted(item)
		if !ok {
			return nil, badRequest(fmt.Sprintf("%s[%d]", name, i), fmt.Sprintf("%s is not a string", shorten(item)), "write it in quotes")
		}
		texts[i] = text
	}
	return texts, nil
}

// List reads a list in any of its forms: an array of strings or numbers, one of them
// alone, or a comma list. Empty items fall away.
func (a Arguments) List(name string) ([]string, error) {
	if !a.Has(name) {
		return nil, nil
	}
	items, isArray, err := elements(name, a[name])
	if err != nil {
		return nil, err
	}
	var list []string
	for i, item := range items {
		word, ok := scalar(item)
		if !ok {
			field := name
			if isArray {
				field = fmt.Sprintf("%s[%d]", name, i)
			}
			return nil, badRequest(field, fmt.Sprintf("%s in %s is not a single value", shorten(item), name), "write a list such as 5,6")
		}
		for part := range strings.SplitSeq(word, ",") {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, part)
			}
		}
	}
	return list, nil
}

// ScanIDs reads a list of ids.
func (a Arguments) ScanIDs(name string) ([]engine.ScanID, error) {
	list, err := a.List(name)
	if err != nil {
		return nil, err
	}
	ids := make([]engine.ScanID, len(list))
	for i, item := range list {
		id, err := strconv.ParseInt(item, 10, 64)
		if err != nil || id < 1 {
			return nil, badRequest(fmt.Sprintf("%s[%d]", name, i), fmt.Sprintf("%s is not an id", shorten([]byte(strconv.Quote(item)))), "an id is a number from 1")
		}
		ids[i] = engine.ScanID(id)
	}
	return ids, nil
}

// Object reads an object; nil if absent.
func (a Arguments) Object(name string) (Arguments, error) {
	if !a.Has(name) {
		return nil, nil
	}
	object := bytes.TrimSpace(a[name])
	if object[0] != '{' {
		return nil, badRequest(name, fmt.Sprintf("%s is %s, not an object", name, shorten(a[name])), `write an object such as {"rate": 1000}`)
	}
	return members(object)
}

// Objects reads an array of objects; nil if absent, and not nil for an empty one.
func (a Arguments) Objects(name string) ([]Arguments, error) {
	if !a.Has(name) {
		return nil, nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(a[name], &items); err != nil {
		return nil, badRequest(name, fmt.Sprintf("%s is %s, not a list", name, shorten(a[name])), `write a list of objects`)
	}
	list := make([]Arguments, len(items))
	for i, item := range items {
		if err := json.Unmarshal(item, &list[i]); err != nil || list[i] == nil {
			return nil, badRequest(fmt.Sprintf("%s[%d]", name, i), fmt.Sprintf("%s is not an object", shorten(item)), `write an object such as {"port": "443"}`)
		}
	}
	return list, nil
}

// Map reads an object of strings and nothing else; nil if absent.
func (a Arguments) Map(name string) (map[string]string, error) {
	object, err := a.Object(name)
	if object == nil || err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		text, ok := quoted(object[key])
		if !ok {
			return nil, badRequest(name+"."+cut(key), fmt.Sprintf("%s is not a string", shorten(object[key])), "write it in quotes")
		}
		texts[key] = text
	}
	return texts, nil
}

func (a Arguments) text(name string) (string, bool) { return quoted(a[name]) }

// scalar reads a JSON string as its text, a number or boolean as it is written, and
// null as "".
func scalar(value json.RawMessage) (word string, ok bool) {
	trimmed := bytes.TrimSpace(value)
	switch {
	case len(trimmed) == 0 || trimmed[0] == '[' || trimmed[0] == '{':
		return "", false
	case trimmed[0] == '"':
		return quoted(trimmed)
	case string(trimmed) == "null":
		return "", true
	}
	return string(trimmed), true
}

// shorten quotes a value of the request in an error without repeating all of it.
func shorten(value []byte) string {
	const limit = 60
	if len(value) <= limit {
		return string(value)
	}
	cut := limit
	for cut > 0 && !utf8.RuneStart(value[cut]) {
		cut--
	}
	return string(value[:cut]) + "…"
}
