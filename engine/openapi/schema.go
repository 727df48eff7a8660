package openapi

import (
	"encoding/json"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// Schema is what a value must look like (JSON Schema 2020-12, which OpenAPI 3.1 uses
// as it is). The zero Schema is any value.
type Schema struct {
	Ref         string             `json:"$ref,omitempty"`
	Type        Types              `json:"type,omitempty"`
	Format      string             `json:"format,omitempty"`
	Description string             `json:"description,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"` // of strings
	Minimum     *int64             `json:"minimum,omitempty"` // of numbers
	Maximum     *int64             `json:"maximum,omitempty"`
	Items       *Schema            `json:"items,omitempty"`
	Properties  map[string]*Schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Additional  *Schema            `json:"additionalProperties,omitempty"` // members that Properties does not name
	AnyOf       []*Schema          `json:"anyOf,omitempty"`
	Examples    []any              `json:"examples,omitempty"`
}

// Types are the JSON types a value may have.
type Types []string

// MarshalJSON writes a single type as a word, as people do.
func (t Types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// orNull is s with null allowed too.
func (s *Schema) orNull() *Schema {
	if s.Ref != "" {
		return &Schema{AnyOf: []*Schema{s, {Type: Types{"null"}}}}
	}
	if s.Type == nil {
		return s // any value is null already
	}
	nullable := *s
	nullable.Type = append(append(Types{}, s.Type...), "null")
	return &nullable
}

// isInteger is what a string must look like that stands for a number; "" is absent.
const isInteger = `^\s*([+-]?[0-9]+)?\s*$`

// memberSchema describes a member of a body, in every form that is read.
func memberSchema(a api.Argument) *Schema {
	s := &Schema{Description: a.Doc}
	switch a.Kind {
	case api.Text:
		s.Type, s.Enum = Types{"string"}, a.Words
	case api.Word:
		s.Type = Types{"string", "number", "boolean"}
	case api.Number:
		s.Type, s.Pattern = Types{"integer", "string"}, isInteger
		s.Minimum, s.Maximum = limits(a)
	case api.Flag:
		s.Type = Types{"boolean", "string", "integer"}
	case api.Texts:
		s.Type, s.Items = Types{"array"}, &Schema{Type: Types{"string"}}
	case api.List:
		s.Type, s.Items = Types{"array", "string", "number"}, &Schema{Type: Types{"string", "number"}}
	case api.IDs:
		s.Type, s.Items = Types{"array", "string", "integer"}, &Schema{Type: Types{"string", "integer"}}
	case api.Object:
		s.Type = Types{"object"}
		s.Properties, s.Required = memberSchemas(a.Members)
	case api.Map:
		s.Type, s.Additional = Types{"object"}, &Schema{Type: Types{"string"}}
	case api.Objects:
		s.Type, s.Items = Types{"array"}, &Schema{Type: Types{"object"}}
		s.Items.Properties, s.Items.Required = memberSchemas(a.Members)
	}
	if a.Example != nil {
		s.Examples = []any{a.Example}
	}
	if !a.Required {
		s = s.orNull()
		if s.Enum != nil {
			s.Enum, s.Description = nil, s.Description+"; one of "+list(a.Words) // absent, "" and null are the same
		}
	}
	return s
}

func memberSchemas(members []api.Argument) (properties map[string]*Schema, required []string) {
	properties = map[string]*Schema{}
	for _, member := range members {
		properties[member.Name] = memberSchema(member)
		if member.Required {
			required = append(required, member.Name)
		}
	}
	return properties, required
}

// parameterSchema describes a value in the path, the query string or a header, where
// everything is text.
func parameterSchema(a api.Argument) *Schema {
	switch a.Kind {
	case api.Number:
		minimum, maximum := limits(a)
		return &Schema{Type: Types{"integer"}, Minimum: minimum, Maximum: maximum}
	case api.Flag:
		return &Schema{Type: Types{"boolean"}}
	case api.Texts, api.List:
		return &Schema{Type: Types{"array"}, Items: &Schema{Type: Types{"string"}}}
	case api.IDs:
		return &Schema{Type: Types{"array"}, Items: &Schema{Type: Types{"integer"}}}
	case api.Text, api.Word, api.Object, api.Objects, api.Map:
	}
	return &Schema{Type: Types{"string"}, Enum: a.Words}
}

func limits(a api.Argument) (minimum, maximum *int64) {
	if a.Min == 0 && a.Max == 0 {
		return nil, nil
	}
	minimum = &a.Min
	if a.Max != 0 {
		maximum = &a.Max
	}
	return minimum, maximum
}
