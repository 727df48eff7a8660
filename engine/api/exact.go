package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Exact reads the body into v, in every form that [Call.Body] takes, and refuses members
// that the route does not describe: what is kept as a whole must not lose half of it by a
// spelling mistake. Members called as in ignored may be there and are not read.
func (c *Call) Exact(v any, ignored ...string) error {
	body, err := c.bytes()
	if err != nil {
		return err
	}
	given, err := ParseBody(body)
	if err != nil {
		return err
	}
	for _, name := range ignored {
		if !isDescribed(name, c.route.Body) {
			delete(given, name)
		}
	}
	values, err := given.exactly(c.route.Body)
	if err != nil {
		return err
	}
	text, err := json.Marshal(values)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return badRequest("", "the body is not what it should be: "+err.Error(), "the API's documents say what each member has to be")
	}
	return nil
}

func isDescribed(name string, described []Argument) bool {
	return slices.ContainsFunc(described, func(a Argument) bool { return a.Name == name })
}

// exactly reads all members, each as what it is described as. The first in the order of
// their names that is not described is an error.
func (a Arguments) exactly(described []Argument) (map[string]any, error) {
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if !isDescribed(name, described) {
			return nil, unknownMember(name, described)
		}
	}
	values := map[string]any{}
	for _, argument := range described {
		if !a.Has(argument.Name) {
			continue
		}
		var err error
		if values[argument.Name], err = a.value(argument); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// value reads one member that is there.
func (a Arguments) value(described Argument) (any, error) {
	name := described.Name
	switch described.Kind {
	case Text:
		return a.Text(name)
	case Word:
		return a.Word(name)
	case Number:
		n, _, err := a.Int(name)
		return n, err
	case Flag:
		return a.Flag(name)
	case Texts:
		return a.Texts(name)
	case List:
		return a.List(name)
	case IDs:
		return a.ScanIDs(name)
	case Map:
		return a.Map(name)
	case Object:
		object, err := a.Object(name)
		if err != nil {
			return nil, err
		}
		values, err := object.exactly(described.Members)
		return values, engine.In(name, err)
	case Objects:
		return a.values(described)
	}
	panic("api: no such kind of argument: " + string(described.Kind)) // the table's own mistake
}

func (a Arguments) values(described Argument) ([]map[string]any, error) {
	objects, err := a.Objects(described.Name)
	if err != nil {
		return nil, err
	}
	list := make([]map[string]any, len(objects))
	for i, object := range objects {
		if list[i], err = object.exactly(described.Members); err != nil {
			return nil, engine.In(described.Name+"["+strconv.Itoa(i)+"]", err)
		}
	}
	return list, nil
}

func unknownMember(name string, described []Argument) error {
	words := make([]string, len(described))
	for i, argument := range described {
		words[i] = argument.Name
	}
	return badRequest(cut(name), fmt.Sprintf("there is no member %q", cut(name)), engine.Meant(name, words, "the members are "+strings.Join(words, ", ")))
}
