package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Exact reads the body into v as encoding/json does, and refuses members that the route
// does not describe: what is kept as a whole must not lose half of it by a spelling
// mistake. Members called as in ignored may be there and are not read.
func (c *Call) Exact(v any, ignored ...string) error {
	body, err := c.bytes()
	if err != nil {
		return err
	}
	members, err := ParseBody(body)
	if err != nil {
		return err
	}
	for _, name := range ignored {
		if !slices.ContainsFunc(c.route.Body, func(a Argument) bool { return a.Name == name }) {
			delete(members, name)
		}
	}
	if err := members.known(c.route.Body); err != nil {
		return err
	}
	text, err := json.Marshal(members)
	if err != nil {
		return err
	}
	return wrongType(json.Unmarshal(text, v))
}

// known refuses the first member, by name, that is not described.
func (a Arguments) known(described []Argument) error {
	for _, name := range slices.Sorted(maps.Keys(a)) {
		at := slices.IndexFunc(described, func(d Argument) bool { return d.Name == name })
		if at < 0 {
			return unknownMember(name, described)
		}
		if err := a.knownBelow(described[at]); err != nil {
			return engine.In(name, err)
		}
	}
	return nil
}

// knownBelow looks into a member that holds objects. One of another type is left to the
// decoder.
func (a Arguments) knownBelow(described Argument) error {
	switch described.Kind {
	case Object:
		var object Arguments
		if json.Unmarshal(a[described.Name], &object) == nil {
			return object.known(described.Members)
		}
	case Objects:
		var objects []Arguments
		if json.Unmarshal(a[described.Name], &objects) == nil {
			return allKnown(objects, described.Members)
		}
	case Text, Word, Number, Flag, Texts, List, IDs:
	}
	return nil
}

func allKnown(objects []Arguments, described []Argument) error {
	for i, object := range objects {
		if err := object.known(described); err != nil {
			return engine.In("["+strconv.Itoa(i)+"]", err)
		}
	}
	return nil
}

func unknownMember(name string, described []Argument) error {
	words := make([]string, len(described))
	for i, argument := range described {
		words[i] = argument.Name
	}
	return badRequest(cut(name), fmt.Sprintf("there is no member %q", cut(name)), engine.Meant(name, words, "the members are "+strings.Join(words, ", ")))
}

// wrongType explains a member that is not of the type it has to be.
func wrongType(err error) error {
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) {
		return err
	}
	field := memberPath(mismatch.Field)
	return badRequest(field, fmt.Sprintf("%s is %s, which it cannot be", field, article(mismatch.Value)), formOf(mismatch.Type))
}

// memberPath leaves the names of embedded Go structs out of a path: members are written
// in small letters.
func memberPath(path string) string {
	parts := strings.Split(path, ".")
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part != "" && part[0] >= 'A' && part[0] <= 'Z' }), ".")
}

// formOf says how to write what is decoded into a type.
func formOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "write it in quotes"
	case reflect.Bool:
		return "write true or false"
	case reflect.Slice:
		return "write a list in brackets"
	case reflect.Struct, reflect.Map:
		return "write an object in braces"
	}
	return "write a whole number, without quotes and not too large"
}

// article gives "a string" for what encoding/json calls a value.
func article(value string) string {
	kind, _, _ := strings.Cut(value, " ")
	if strings.ContainsAny(kind[:1], "aeiou") {
		return "an " + kind
	}
	return "a " + kind
}
