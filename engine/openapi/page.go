package openapi

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the template and its style
	"encoding/base64"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

var (
	//go:embed page.html.tmpl
	pageTemplate string
	//go:embed page.css
	pageStyle string
)

// Policy is the Content-Security-Policy of the page: its own style and nothing else.
func Policy() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// page is what the template sees. It escapes what it is given.
type page struct {
	CSS      template.CSS
	Info     Info
	Chapters []chapter
	Shapes   []shapeTable
}

type chapter struct {
	Name   string
	Routes []pageRoute
}

// pageRoute is one operation on the page.
type pageRoute struct {
	ID, Method, Path, Summary, Doc string
	Own, Open                      bool
	Arguments                      []argumentTable
	Answers                        []answerRow
	Curl                           string
}

type argumentTable struct {
	Name string // where they stand
	Rows []api.Argument
}

type answerRow struct {
	Status, Doc string
	Shape       shapeLink
}

// shapeTable is one component.
type shapeTable struct {
	Name    string
	Members []memberRow
	Open    bool // has members that are not named
}

type memberRow struct {
	Name, Doc string
	Optional  bool
	Shape     shapeLink
}

// Page describes a table for people. The page is one file that asks for nothing.
func Page(info Info, table []api.Route) ([]byte, error) {
	parsed, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, fmt.Errorf("parse template: %w", err)
	}
	document := New(info, table)
	p := page{CSS: template.CSS(pageStyle), Info: info, Shapes: shapeTables(document)} //nolint:gosec // a constant of ours
	for _, tag := range document.Tags {
		p.Chapters = append(p.Chapters, chapterOf(tag.Name, document, table))
	}
	var b bytes.Buffer
	if err := parsed.Execute(&b, p); err != nil {
		return nil, fmt.Errorf("write page: %w", err)
	}
	return b.Bytes(), nil
}

func chapterOf(name string, document *Document, table []api.Route) chapter {
	c := chapter{Name: name}
	for _, route := range table {
		if route.Chapter != name {
			continue
		}
		c.Routes = append(c.Routes, pageRoute{
			ID: route.ID, Method: route.Method, Path: Address(route), Summary: route.Summary, Doc: route.Doc,
			Own: route.Own, Open: route.Open, Arguments: argumentTables(route), Curl: curl(route),
			Answers: answerRows(route, document),
		})
	}
	return c
}

func argumentTables(route api.Route) []argumentTable {
	var inPath, inQuery []api.Argument
	for _, argument := range route.Parameters {
		if route.InPath(argument.Name) {
			inPath = append(inPath, argument)
		} else {
			inQuery = append(inQuery, argument)
		}
	}
	all := []argumentTable{{"Path", inPath}, {"Parameters", inQuery}, {"Headers", route.Headers}, {"Body", route.Body}}
	return slices.DeleteFunc(all, func(t argumentTable) bool { return len(t.Rows) == 0 })
}

// answerRows tells of the success first, then of the errors by status.
func answerRows(route api.Route, document *Document) []answerRow {
	var rows []answerRow
	status := strconv.Itoa(route.Success)
	if route.Answer != nil {
		content := document.operation(route).Responses[status].Content
		rows = append(rows, answerRow{Status: status, Shape: linkOf(content[jsonType].Schema)})
	}
	for _, format := range route.Formats {
		rows = append(rows, answerRow{Status: status, Doc: format.Type + ": " + format.Doc})
	}
	if route.Nothing != "" {
		rows = append(rows, answerRow{Status: strconv.Itoa(http.StatusNoContent), Doc: "nothing: " + route.Nothing})
	}
	if rows == nil {
		rows = append(rows, answerRow{Status: status, Doc: "an empty body"})
	}
	refusals := route.Refusals(document.Info.WrongKey)
	for _, status := range slices.Sorted(maps.Keys(refusals)) {
		rows = append(rows, answerRow{Status: strconv.Itoa(status), Doc: reasons(refusals[status])})
	}
	return rows
}

func shapeTables(document *Document) []shapeTable {
	var tables []shapeTable
	for _, name := range slices.Sorted(maps.Keys(document.Components.Schemas)) {
		schema := document.Components.Schemas[name]
		table := shapeTable{Name: name, Open: schema.Additional != nil}
		for _, member := range slices.Sorted(maps.Keys(schema.Properties)) {
			table.Members = append(table.Members, memberRow{
				Name: member, Doc: schema.Properties[member].Description,
				Optional: !slices.Contains(schema.Required, member), Shape: linkOf(schema.Properties[member]),
			})
		}
		tables = append(tables, table)
	}
	return tables
}
