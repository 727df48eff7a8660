package openapi

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// shaped is a type whose JSON form is not that of its fields; JSONShape gives a value
// whose fields are.
type shaped interface{ JSONShape() any }

// shapes derives schemas from Go types. Each named struct becomes a component.
type shapes struct {
	components map[string]*Schema
	types      map[string]reflect.Type // which type a component is of
}

func newShapes() *shapes {
	return &shapes{components: map[string]*Schema{}, types: map[string]reflect.Type{}}
}

// of gives the schema of a type as encoding/json writes it. Slices and maps are taken
// to be empty rather than null: that is how the API answers.
func (s *shapes) of(t reflect.Type) *Schema {
	if basic := basicShape(t); basic != nil {
		return basic
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem()).orNull()
	case reflect.Slice, reflect.Array:
		return &Schema{Type: Types{"array"}, Items: s.of(t.Elem())}
	case reflect.Map:
		return &Schema{Type: Types{"object"}, Additional: s.of(t.Elem())}
	case reflect.Struct:
		return s.component(t)
	case reflect.Interface:
		return &Schema{}
	}
	panic(fmt.Sprintf("openapi: values of type %s are not answered", t))
}

// basicShape gives the schema of a type that is no container, nil for one that is.
func basicShape(t reflect.Type) *Schema {
	switch {
	case t == reflect.TypeFor[time.Time](), t == reflect.TypeFor[engine.Timestamp]():
		return &Schema{Type: Types{"string"}, Format: "date-time"}
	case t == reflect.TypeFor[json.RawMessage]():
		return &Schema{}
	case t.Kind() != reflect.Pointer && t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return &Schema{Type: Types{"string"}}
	}
	switch t.Kind() {
	case reflect.String:
		return &Schema{Type: Types{"string"}}
	case reflect.Bool:
		return &Schema{Type: Types{"boolean"}}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &Schema{Type: Types{"integer"}}
	case reflect.Float32, reflect.Float64:
		return &Schema{Type: Types{"number"}}
	}
	return nil
}

// component gives a reference to the schema of a struct, and makes that once.
func (s *shapes) component(t reflect.Type) *Schema {
	name := componentName(t)
	if name == "" {
		return s.object(t)
	}
	if known, ok := s.types[name]; ok && known != t {
		panic(fmt.Sprintf("openapi: %s and %s would have the same name", known, t))
	}
	if _, ok := s.types[name]; !ok {
		s.types[name] = t // before its members, which may be of the same type
		s.components[name] = s.object(t)
	}
	return &Schema{Ref: "#/components/schemas/" + name}
}

// componentName gives "Findings" for the type findingsObject, "RecordsOfTarget" for
// recordsObject[engine.Target], and "" for one without a name.
func componentName(t reflect.Type) string {
	generic, of, isGeneric := strings.Cut(t.Name(), "[")
	name := strings.TrimSuffix(generic, "Object")
	if name == "" {
		return ""
	}
	if isGeneric {
		name += "Of" + strings.TrimSuffix(of[strings.LastIndexByte(of, '.')+1:], "]")
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

func (s *shapes) object(t reflect.Type) *Schema {
	schema := &Schema{Type: Types{"object"}, Properties: map[string]*Schema{}}
	if form, ok := reflect.Zero(t).Interface().(shaped); ok {
		t = reflect.TypeOf(form.JSONShape())
	}
	s.addFields(schema, t)
	return schema
}

// addFields adds the members that the fields of a struct become, embedded ones too.
func (s *shapes) addFields(schema *Schema, t reflect.Type) {
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Tag.Get("shape") == "members":
			schema.Additional = s.of(field.Type.Elem())
		case name == "-" || !field.IsExported() && !field.Anonymous:
		case field.Anonymous && name == "":
			s.addFields(schema, field.Type)
		default:
			if name == "" {
				name = field.Name
			}
			schema.Properties[name] = documented(s.of(field.Type), field.Tag.Get("doc"))
			if !strings.Contains(options, "omitempty") && !strings.Contains(options, "omitzero") {
				schema.Required = append(schema.Required, name)
			}
		}
	}
}

func documented(s *Schema, doc string) *Schema {
	if doc == "" {
		return s
	}
	described := *s
	described.Description = doc
	return &described
}
