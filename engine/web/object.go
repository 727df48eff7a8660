package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// Object is a JSON object whose members are read one by one, so that one that is cut
// off gives what came.
type Object map[string]json.RawMessage

// Object reads the page as a JSON object; nil if it is none.
func (p *Page) Object() Object { return ReadObject(p.Body) }

// ReadObject reads the members of an object up to the first fault; nil if it does not
// begin like an object.
func ReadObject(data []byte) Object {
	if !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if _, err := decoder.Token(); err != nil {
		return nil
	}
	members := Object{}
	for decoder.More() {
		token, err := decoder.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return members
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return members
		}
		members[name] = value
	}
	return members
}

// Has reports whether all members are there.
func (o Object) Has(names ...string) bool {
	for _, name := range names {
		if _, ok := o[name]; !ok {
			return false
		}
	}
	return true
}

// Text is a member that is a string; "" if it is none.
func (o Object) Text(name string) string {
	var text string
	if json.Unmarshal(o[name], &text) != nil {
		return ""
	}
	return Clip(text, maxTitle)
}

// Object is a member that is an object; nil if it is none.
func (o Object) Object(name string) Object { return ReadObject(o[name]) }

// List reads the page as a JSON list of objects; ok if it is one, cut off
// or not, and every element that came whole is an object.
func (p *Page) List() (list []Object, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(p.Body))
	if token, err := decoder.Token(); err != nil || token != json.Delim('[') {
		return nil, false
	}
	for decoder.More() {
		var element json.RawMessage
		if err := decoder.Decode(&element); err != nil {
			return list, errors.Is(err, io.ErrUnexpectedEOF)
		}
		object := ReadObject(element)
		if object == nil {
			return nil, false
		}
		list = append(list, object)
	}
	return list, true
}
