package openapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
	"github.com/portolan-io/terraform-provider-portolan/engine/openapi"
)

// metaSchema is the OpenAPI Initiative's schema of OpenAPI 3.1 documents. It leaves open
// which dialect the schemas inside are of; ours are JSON Schema 2020-12.
func metaSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	const openAPI = "https://spec.openapis.org/oas/3.1/schema/2026-08-03"
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	file, err := os.ReadFile("testdata/openapi-3.1.json")
	if err != nil {
		t.Fatal(err)
	}
	add(t, compiler, openAPI, string(file))
	add(t, compiler, "strict", `{"$ref":"`+openAPI+`","$defs":{"schema":{"$dynamicAnchor":"meta","$ref":"https://json-schema.org/draft/2020-12/schema"}}}`)
	schema, err := compiler.Compile("strict")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func add(t *testing.T, compiler *jsonschema.Compiler, name, text string) {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource(name, document); err != nil {
		t.Fatal(err)
	}
}

func valid(schema *jsonschema.Schema, document any) error {
	text, err := json.Marshal(document)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

func info() openapi.Info { return openapi.Info{Title: "T", Version: "1", WrongKey: 400} }

// node refers to itself, and has a member of every kind.
type node struct {
	Number int               `json:"number" doc:"how many"`
	Maybe  *string           `json:"maybe"`
	Next   *node             `json:"next"`
	Nodes  []node            `json:"nodes,omitempty"`
	Labels map[string]string `json:"labels"`
	Any    json.RawMessage   `json:"any"`
	Scan   engine.Scan       `json:"scan"`
	Hidden string            `json:"-"`
}

// everything is a table that uses all there is to describe.
func everything() []api.Route {
	members := []api.Argument{
		{Name: "text", Kind: api.Text, Doc: "d", Words: []string{"a", "b"}}, {Name: "word", Kind: api.Word, Doc: "d"},
		{Name: "number", Kind: api.Number, Doc: "d", Min: 1, Max: 5, Required: true, Example: 2}, {Name: "flag", Kind: api.Flag, Doc: "d"},
		{Name: "texts", Kind: api.Texts, Doc: "d"}, {Name: "list", Kind: api.List, Doc: "d"}, {Name: "ids", Kind: api.IDs, Doc: "d"},
	}
	object := api.Argument{Name: "object", Kind: api.Object, Doc: "d", Members: members}
	return []api.Route{{
		Method: "POST", Path: "/api/things/{id}/", ID: "makeThing", Chapter: "Things", Summary: "Make", Doc: "It makes.", Success: 201,
		Parameters: append([]api.Argument{{Name: "id", Kind: api.Number, Doc: "d", Example: 7}}, members...), Headers: members[:1],
		Body: append(members, object), Answer: []*node{}, Refuses: []engine.Kind{engine.Conflict},
		Formats: []api.Format{{Type: "text/csv", Doc: "a table"}},
	}}
}

func TestDocumentsAreValid(t *testing.T) {
	schema := metaSchema(t)
	for name, table := range map[string][]api.Route{
		"everything": everything(), "documents": openapi.Routes(info(), everything()), "private": private.Routes(nil),
	} {
		if err := valid(schema, openapi.New(info(), table)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTheSchemaRejects shows that the schema is not one that takes everything.
func TestTheSchemaRejects(t *testing.T) {
	schema := metaSchema(t)
	broken := map[string]func(*openapi.Document){
		"no version":          func(d *openapi.Document) { d.Info.Version = ""; d.OpenAPI = "3.0.0" },
		"a type that is none": func(d *openapi.Document) { d.Components.Schemas["Node"].Type = openapi.Types{"text"} },
		"a path without a /":  func(d *openapi.Document) { d.Paths["api"] = nil },
	}
	for name, breakIt := range broken {
		document := openapi.New(info(), everything())
		breakIt(document)
		if valid(schema, document) == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestShapesAreThoseOfTheAnswers(t *testing.T) {
	document := openapi.New(info(), everything())
	text, err := json.Marshal(document.Components.Schemas["Node"])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"type":"object","properties":{` +
		`"any":{},"labels":{"type":"object","additionalProperties":{"type":"string"}},"maybe":{"type":["string","null"]},` +
		`"next":{"anyOf":[{"$ref":"#/components/schemas/Node"},{"type":"null"}]},"nodes":{"type":"array","items":{"$ref":"#/components/schemas/Node"}},` +
		`"number":{"type":"integer","description":"how many"},"scan":{"$ref":"#/components/schemas/Scan"}},` +
		`"required":["number","maybe","next","labels","any","scan"]}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	for _, member := range []string{"id", "status", "index_id", "name", "saved_graph", "scan_progress"} {
		if document.Components.Schemas["Scan"].Properties[member] == nil {
			t.Errorf("a scan has no %s", member)
		}
	}
}

func TestTwoTypesOfOneNameAreRefused(t *testing.T) {
	type Finding struct{}
	table := []api.Route{{Method: "GET", Path: "/a/", Answer: Finding{}}, {Method: "GET", Path: "/b/", Answer: engine.Finding{}}}
	defer func() {
		if recover() == nil {
			t.Error("one of them is lost")
		}
	}()
	openapi.New(info(), table)
}
