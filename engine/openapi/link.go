package openapi

import (
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// shapeLink says in words what a value looks like, with the component it is of, if it
// is of one: {"array of ", "Scan", ""}.
type shapeLink struct {
	Before, Name, After string
}

func linkOf(s *Schema) shapeLink {
	switch {
	case s.Ref != "":
		return shapeLink{Name: s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]}
	case len(s.AnyOf) > 0:
		link := linkOf(s.AnyOf[0])
		link.After += " or null"
		return link
	case s.Items != nil:
		return within("array of ", linkOf(s.Items), orNull(s))
	case s.Additional != nil && s.Properties == nil:
		return within("object of ", linkOf(s.Additional), orNull(s))
	case s.Type == nil:
		return shapeLink{Before: "any value"}
	case s.Format == "date-time":
		return shapeLink{Before: "time" + orNull(s)}
	}
	return shapeLink{Before: list(s.Type)}
}

func within(before string, inner shapeLink, after string) shapeLink {
	inner.Before = before + inner.Before
	inner.After += after
	return inner
}

func orNull(s *Schema) string {
	if s.Type[len(s.Type)-1] == "null" {
		return " or null"
	}
	return ""
}

// operation finds what the document says of a route of its table.
func (d *Document) operation(route api.Route) *operation {
	return d.Paths[Address(route)][strings.ToLower(route.Method)]
}
