// Package openapi describes a table of routes: as an OpenAPI 3.1 document for
// programs ([New]) and as a page for people ([Page]). [Routes] serves both.
//
// It knows no route and no shape of its own: all is in the rows of the table and in
// the Go types they answer with. So there is nothing to keep in step by hand.
package openapi

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// Info is what the table does not say about the API.
type Info struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Version     string `json:"version"` // of the API, not of the engine

	WrongKey int `json:"-"` // see [api.Config]
}

// Document is an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1).
type Document struct {
	OpenAPI    string              `json:"openapi"`
	Info       Info                `json:"info"`
	Servers    []server            `json:"servers"`
	Tags       []tag               `json:"tags"`
	Paths      map[string]pathItem `json:"paths"` // by path, then method
	Components components          `json:"components"`
	Security   []requirement       `json:"security"`
}

type server struct {
	URL string `json:"url"`
}

type tag struct {
	Name string `json:"name"`
}

type pathItem map[string]*operation

type components struct {
	Schemas         map[string]*Schema        `json:"schemas"`
	SecuritySchemes map[string]securityScheme `json:"securitySchemes"`
}

type securityScheme struct {
	Type   string `json:"type"`
	In     string `json:"in,omitempty"`
	Name   string `json:"name,omitempty"`
	Scheme string `json:"scheme,omitempty"`
}

type requirement map[string][]string

// New describes a table.
func New(info Info, table []api.Route) *Document {
	d := &Document{
		OpenAPI: "3.1.1", Info: info, Servers: []server{{URL: "/"}}, Paths: map[string]pathItem{},
		Components: components{SecuritySchemes: map[string]securityScheme{
			"key":    {Type: "apiKey", In: "header", Name: "X-API-Key"},
			"bearer": {Type: "http", Scheme: "bearer"},
			"basic":  {Type: "http", Scheme: "basic"},
		}},
		Security: []requirement{{"key": {}}, {"bearer": {}}, {"basic": {}}},
	}
	shapes := newShapes()
	shapes.of(reflect.TypeOf(api.ErrorShape()))
	for _, route := range table {
		if !slices.Contains(d.Tags, tag{route.Chapter}) {
			d.Tags = append(d.Tags, tag{route.Chapter})
		}
		if d.Paths[Address(route)] == nil {
			d.Paths[Address(route)] = pathItem{}
		}
		d.Paths[Address(route)][strings.ToLower(route.Method)] = operationOf(route, info.WrongKey, shapes)
	}
	d.Components.Schemas = shapes.components
	return d
}

// Address is the path of a route as documents write it: a file has no slash at its end.
func Address(route api.Route) string {
	trimmed := strings.TrimSuffix(route.Path, "/")
	if last := trimmed[strings.LastIndexByte(trimmed, '/')+1:]; strings.Contains(last, ".") {
		return trimmed
	}
	return route.Path
}

// operation is one route.
type operation struct {
	ID          string               `json:"operationId"`
	Tags        []string             `json:"tags"`
	Summary     string               `json:"summary"`
	Description string               `json:"description,omitempty"`
	Parameters  []parameter          `json:"parameters,omitempty"`
	Body        *requestBody         `json:"requestBody,omitempty"`
	Responses   map[string]*response `json:"responses"` // by status, or "default"
	Security    *[]requirement       `json:"security,omitempty"`

	Own      bool      `json:"x-own"`      // the public service has no such operation
	Throttle api.Class `json:"x-throttle"` // against which limit a request counts

	KeyScope engine.KeyScope `json:"x-key-scope"` // what a key must be for at least
}

type parameter struct {
	Name        string  `json:"name"`
	In          string  `json:"in"`
	Description string  `json:"description"`
	Required    bool    `json:"required,omitempty"`
	AllowEmpty  bool    `json:"allowEmptyValue,omitempty"`
	Style       string  `json:"style,omitempty"`
	Explode     *bool   `json:"explode,omitempty"`
	Schema      *Schema `json:"schema"`
	Example     any     `json:"example,omitempty"`
}

type requestBody struct {
	Required bool             `json:"required"`
	Content  map[string]media `json:"content"` // by media type
}

type media struct {
	Schema  *Schema `json:"schema"`
	Example any     `json:"example,omitempty"`
}

type response struct {
	Description string           `json:"description"`
	Content     map[string]media `json:"content,omitempty"`
}

func operationOf(route api.Route, wrongKey int, shapes *shapes) *operation {
	o := &operation{
		ID: route.ID, Tags: []string{route.Chapter}, Summary: route.Summary, Description: route.Doc,
		Responses: responsesOf(route, wrongKey, shapes), Own: route.Own, Throttle: route.Throttle(), KeyScope: route.KeyScope(),
	}
	for _, argument := range route.Parameters {
		o.Parameters = append(o.Parameters, parameterOf(argument, place(route, argument)))
	}
	for _, argument := range route.Headers {
		o.Parameters = append(o.Parameters, parameterOf(argument, "header"))
	}
	if route.Body != nil {
		schema := &Schema{Type: Types{"object"}}
		schema.Properties, schema.Required = memberSchemas(route.Body)
		o.Body = &requestBody{Required: true, Content: map[string]media{jsonType: {Schema: schema, Example: bodyExample(route)}}}
	}
	if route.Open {
		o.Security = &[]requirement{}
	}
	return o
}

func place(route api.Route, argument api.Argument) string {
	if route.InPath(argument.Name) {
		return "path"
	}
	return "query"
}

func parameterOf(argument api.Argument, in string) parameter {
	p := parameter{
		Name: argument.Name, In: in, Description: argument.Doc, Required: argument.Required || in == "path",
		AllowEmpty: in == "query" && !argument.Required, Schema: parameterSchema(argument), Example: argument.Example,
	}
	if p.Schema.Items != nil && in == "query" {
		comma := false
		p.Style, p.Explode = "form", &comma
	}
	return p
}

const jsonType = "application/json"

func responsesOf(route api.Route, wrongKey int, shapes *shapes) map[string]*response {
	failure := map[string]media{jsonType: {Schema: shapes.of(reflect.TypeOf(api.ErrorShape()))}}
	responses := map[string]*response{
		strconv.Itoa(route.Success): success(route, shapes),
		"default":                   {Description: "Any other failure", Content: failure},
	}
	if route.Nothing != "" {
		responses[strconv.Itoa(http.StatusNoContent)] = &response{Description: route.Nothing}
	}
	refusals := route.Refusals(wrongKey)
	for _, status := range slices.Sorted(maps.Keys(refusals)) {
		responses[strconv.Itoa(status)] = &response{Description: reasons(refusals[status]), Content: failure}
	}
	return responses
}

func success(route api.Route, shapes *shapes) *response {
	r := &response{Description: route.Summary}
	if route.Answer != nil {
		r.Content = map[string]media{jsonType: {Schema: shapes.of(reflect.TypeOf(route.Answer))}}
	}
	for _, format := range route.Formats {
		if r.Content == nil {
			r.Content = map[string]media{}
		}
		r.Content[format.Type] = media{Schema: &Schema{Type: Types{"string"}, Description: format.Doc}}
	}
	return r
}

// reasons says in words why an answer has a status.
func reasons(kinds []engine.Kind) string {
	words := map[engine.Kind]string{
		engine.Invalid:      "the request is wrong",
		engine.Limit:        "a limit of the plan is reached; limit and current say which",
		engine.Unauthorized: "the key is missing or wrong",
		engine.Forbidden:    "the caller may not do this",
		engine.NotFound:     "there is no such thing, or none the caller may see",
		engine.Conflict:     "its state does not allow it now",
		engine.Throttled:    "too many requests; Retry-After says in seconds when to ask again",
		engine.Internal:     "the engine failed",
	}
	texts := make([]string, len(kinds))
	for i, kind := range kinds {
		texts[i] = words[kind]
	}
	text := strings.Join(texts, ", or ")
	return strings.ToUpper(text[:1]) + text[1:]
}
