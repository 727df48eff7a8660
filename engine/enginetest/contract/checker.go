package contract

import (
	"fmt"
	"maps"
	"slices"
)

// checker walks a document beside the contract.
type checker struct{ violations []error }

func (c *checker) add(path, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if path != "" {
		text = path + ": " + text
	}
	c.violations = append(c.violations, fmt.Errorf("%s", text)) //nolint:err113 // a sentence for the reader of a test
}

// object holds the members of an object against those of the contract.
func (c *checker) object(path string, f *field, members map[string]any) {
	for name, member := range f.members {
		if _, ok := members[name]; !ok && member.required {
			c.add(join(path, name), "is missing")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		at := join(path, name)
		if member := f.member(name); member != nil {
			c.value(at, member, members[name])
			continue
		}
		if !f.open {
			c.add(at, "the contract has no such member")
		}
		c.extra(at, name, members[name])
	}
}

func (c *checker) value(path string, f *field, value any) {
	if !f.isList {
		c.one(path, f, value)
		return
	}
	list, ok := value.([]any)
	if !ok {
		c.add(path, "%s is no list", show(value))
	}
	for i, element := range list {
		c.one(fmt.Sprintf("%s[%d]", path, i), f, element)
	}
}

func (c *checker) one(path string, f *field, value any) {
	if !fits(f.kind, value) {
		c.add(path, "%s is no %s", show(value), f.kind)
		return
	}
	if members, ok := value.(map[string]any); ok {
		c.object(path, f, members)
	}
}

// extra is a member that an open object has of its own: it has a name that queries can
// write, is never null, and a list holds values of one type.
func (c *checker) extra(path, name string, value any) {
	if !fits("word", name) {
		c.add(path, "is no lower_case_with_underscores")
	}
	c.sound(path, value)
}

// sound is about what holds of every value.
func (c *checker) sound(path string, value any) {
	switch v := value.(type) {
	case nil:
		c.add(path, "is null: what is not known is absent, a list without elements empty")
	case map[string]any:
		for name, member := range v {
			c.sound(join(path, name), member)
		}
	case []any:
		for i, element := range v {
			c.sound(fmt.Sprintf("%s[%d]", path, i), element)
			if typeOf(element) != typeOf(v[0]) {
				c.add(path, "is a list of %s and %s", typeOf(v[0]), typeOf(element))
			}
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// show is a value as a violation quotes it.
func show(value any) string {
	text := fmt.Sprintf("%s %v", typeOf(value), value)
	return text[:min(len(text), 80)]
}
