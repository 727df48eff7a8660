package private_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
)

// described is the API's own document as a program reads it: requests and answers of
// all tests are held against it.
type described struct {
	Paths map[string]map[string]operation `json:"paths"` // by path and method

	compiler *jsonschema.Compiler
	lock     sync.Mutex // guards compiler
}

// operation is what the tests read of one.
type operation struct {
	ID         string `json:"operationId"`
	Parameters []struct {
		Name     string `json:"name"`
		In       string `json:"in"`
		Required bool   `json:"required"`
		Example  any    `json:"example"`
	} `json:"parameters"`
	Body *struct {
		Content map[string]struct {
			Example json.RawMessage `json:"example"`
		} `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]any `json:"content"`
	} `json:"responses"`
	Security *[]any `json:"security"` // nil: the document's own, which asks for a key
}

const documentName = "openapi.json"

// documented reads the document once for all tests.
var documented = sync.OnceValues(func() (*described, error) {
	text, err := documentText()
	if err != nil {
		return nil, err
	}
	d := &described{compiler: jsonschema.NewCompiler()}
	if err := json.Unmarshal(text, d); err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	seal(document)
	d.compiler.AssertFormat()
	return d, d.compiler.AddResource(documentName, document)
})

// documentText is the document as it is served.
func documentText() ([]byte, error) {
	w := httptest.NewRecorder()
	api.New(api.Config{Routes: private.Routes(nil)}).ServeHTTP(w, httptest.NewRequest("GET", "/api/openapi.json", nil))
	if w.Code != 200 {
		return nil, fmt.Errorf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.Bytes(), nil
}

// seal makes objects of named members refuse others: what is answered must be described.
func seal(value any) {
	switch v := value.(type) {
	case map[string]any:
		if _, open := v["additionalProperties"]; v["properties"] != nil && v["type"] == "object" && !open {
			v["additionalProperties"] = false
		}
		for name, member := range v {
			// Requests may say what nobody asks for.
			if name != "example" && name != "examples" && name != "requestBody" {
				seal(member)
			}
		}
	case []any:
		for _, element := range v {
			seal(element)
		}
	}
}

// find gives the operation that a request is for, and the pointer to it.
func (d *described) find(method, address string) (pointer string, found operation, ok bool) {
	method = strings.ToLower(strings.Replace(method, "HEAD", "GET", 1))
	given := strings.Split(strings.Trim(path.Clean(address), "/"), "/")
	for _, template := range slices.Sorted(maps.Keys(d.Paths)) { // "{" sorts behind every letter
		if !matches(strings.Split(strings.Trim(template, "/"), "/"), given) {
			continue
		}
		if found, ok := d.Paths[template][method]; ok {
			return "/paths/" + strings.ReplaceAll(template, "/", "~1") + "/" + method, found, true
		}
	}
	return "", operation{}, false
}

func matches(template, given []string) bool {
	if len(template) != len(given) {
		return false
	}
	for i := range template {
		if template[i] != given[i] && !strings.HasPrefix(template[i], "{") {
			return false
		}
	}
	return true
}

// schema compiles the schema at a pointer into the document.
func (d *described) schema(t *testing.T, pointer string) *jsonschema.Schema {
	t.Helper()
	d.lock.Lock()
	defer d.lock.Unlock()
	// The pointer is a fragment, whose braces are escaped (RFC 6901 section 6).
	schema, err := d.compiler.Compile(documentName + "#" + (&url.URL{Path: pointer}).EscapedPath())
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// conforms holds a request and its answer against the document. Failures that every
// server has (no such path or method, a body that is too large, its own) are those of
// "default".
func conforms(t *testing.T, line, body string, a answer) {
	t.Helper()
	d, err := documented()
	if err != nil {
		t.Fatal(err)
	}
	method, target, _ := strings.Cut(line, " ")
	address, _, _ := strings.Cut(target, "?")
	pointer, operation, ok := d.find(method, address)
	if !ok || a.cutOff != nil {
		return
	}
	status := fmt.Sprint(a.status)
	if _, known := operation.Responses[status]; !known {
		if a.status != 413 && a.status < 500 {
			t.Errorf("%s: the document knows no status %d: %s", line, a.status, a.body)
		}
		status = "default"
	}
	if a.status < 300 && body != "" && operation.Body != nil {
		holds(t, line, d.schema(t, pointer+"/requestBody/content/application~1json/schema"), body)
	}
	content := operation.Responses[status].Content
	contentType, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	switch {
	case content == nil:
		if a.body != "" {
			t.Errorf("%s: the document says the answer is empty: %s", line, a.body)
		}
	case content[contentType] == nil:
		t.Errorf("%s: the document knows no answer of type %q", line, contentType)
	case contentType != "application/json" || method == "HEAD":
	case strings.Contains(target, "fields="): // leaves members out that are described as required
	case strings.Contains(body, `"raw":true`) && a.status < 300:
		items := d.schema(t, pointer+"/responses/"+status+"/content/application~1json/schema/items")
		for _, text := range strings.Split(strings.TrimSpace(a.body), "\n") {
			if text != "" {
				holds(t, line, items, text)
			}
		}
	default:
		holds(t, line, d.schema(t, pointer+"/responses/"+status+"/content/application~1json/schema"), a.body)
	}
}

func holds(t *testing.T, line string, schema *jsonschema.Schema, text string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		t.Errorf("%s: %v\nin %.500s", line, err, text)
	}
}
