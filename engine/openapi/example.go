package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// bodyExample is a body with the members that a route needs, or with all that have an
// example if it needs none.
func bodyExample(route api.Route) any {
	body := map[string]any{}
	for _, member := range exemplary(route.Body) {
		body[member.Name] = member.Example
	}
	return body
}

// exemplary are the arguments that an example of a request has.
func exemplary(arguments []api.Argument) []api.Argument {
	var required, all []api.Argument
	for _, argument := range arguments {
		if argument.Example == nil {
			continue
		}
		all = append(all, argument)
		if argument.Required || argument.Either {
			required = append(required, argument)
		}
	}
	if required != nil {
		return required
	}
	return all
}

// curl is a command line that calls a route. It needs PORTOLAN_ENDPOINT, and
// PORTOLAN_API_KEY unless the route is open.
func curl(route api.Route) string {
	line := "curl "
	if route.Method != "GET" {
		line += "-X " + route.Method + " "
	}
	line += `"$PORTOLAN_ENDPOINT` + exampleURL(route) + `"`
	if !route.Open {
		line += ` -H "X-API-Key: $PORTOLAN_API_KEY"`
	}
	if route.Body != nil {
		line += " -d " + shellQuote(compactJSON(bodyExample(route)))
	}
	return line
}

// exampleURL is the path and query of a request with a route's required arguments.
func exampleURL(route api.Route) string {
	path, query := Address(route), []string{}
	for _, argument := range route.Parameters {
		text := url.QueryEscape(strings.Trim(fmt.Sprint(argument.Example), "[]"))
		switch {
		case route.InPath(argument.Name):
			path = strings.ReplaceAll(path, "{"+argument.Name+"}", text)
		case argument.Required:
			query = append(query, argument.Name+"="+text)
		}
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	return path
}

// shellQuote makes a word of a shell's command line that stands for text.
func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func compactJSON(v any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic("openapi: example cannot be encoded: " + err.Error()) // the table's own values
	}
	return strings.TrimSpace(b.String())
}

// list gives "a, b or c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
