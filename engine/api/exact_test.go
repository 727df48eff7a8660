package api_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// TestExact: a body that is kept as a whole has no member that is not described, however
// deep, and each is of its type.
func TestExact(t *testing.T) {
	type inner struct {
		Port int `json:"port"`
	}
	type Embedded struct {
		Rate int `json:"rate"`
	}
	handle := func(call *api.Call) error {
		var v struct {
			Embedded
			Name string   `json:"name"`
			Tags []string `json:"tags"`
			Flag bool     `json:"flag"`
			One  *inner   `json:"one"`
			Many []inner  `json:"many"`
		}
		if err := call.Exact(&v, "id"); err != nil {
			return err
		}
		return call.Answer(v.Name)
	}
	port := []api.Argument{{Name: "port", Kind: api.Number}}
	server := httptest.NewServer(api.New(api.Config{Routes: []api.Route{{
		Method: http.MethodPost, Path: "/x/", Handle: handle, Success: 200, Open: true, Class: api.Exempt,
		Body: []api.Argument{
			{Name: "name", Kind: api.Text}, {Name: "tags", Kind: api.Texts}, {Name: "flag", Kind: api.Flag}, {Name: "rate", Kind: api.Number},
			{Name: "one", Kind: api.Object, Members: port}, {Name: "many", Kind: api.Objects, Members: port},
		},
	}}}))
	t.Cleanup(server.Close)
	for body, want := range map[string]string{
		`{"name":"a","tags":["b"],"flag":true,"rate":3,"one":{"port":1},"many":[{"port":2}],"id":[]}`: `"a"`,
		`{"name":null,"one":null,"many":null}`:                                                        `""`,
		`{}`:                                                                                          `""`,
		`{"nam":"a"}`:                                                                                 `did you mean \"name\"?`,
		`{"other":1}`:                                                                                 `the members are name, tags, flag, rate, one, many`,
		`{"one":{"prt":1}}`:                                                                           `"field":"one.prt"`,
		`{"many":[{},{"prt":1}]}`:                                                                     `"field":"many[1].prt"`,
		`{"name":3}`:                                                                                  `name is a number, which it cannot be`,
		`{"flag":"true"}`:                                                                             `write true or false`,
		`{"rate":1.5}`:                                                                                `"field":"rate"`,
		`{"tags":"a"}`:                                                                                `write a list in brackets`,
		`{"one":3}`:                                                                                   `write an object in braces`,
		`{"many":[3]}`:                                                                                `"kind":"invalid"`,
		`{"name":"a"`:                                                                                 `the body is not valid JSON`,
		``:                                                                                            `the body is empty`,
	} {
		response, err := http.Post(server.URL+"/x/", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s is answered by %s (%v), want %s in it", body, text, err, want)
		}
	}
}
