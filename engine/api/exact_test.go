package api_test

import (
	"fmt"
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
			Name   string            `json:"name"`
			Tags   []string          `json:"tags"`
			Flag   bool              `json:"flag"`
			One    inner             `json:"one"`
			Many   []inner           `json:"many"`
			IDs    []int             `json:"ids"`
			Labels map[string]string `json:"labels"`
		}
		if err := call.Exact(&v, "id"); err != nil {
			return err
		}
		return call.Answer(fmt.Sprint(v.Name, " ", v.Rate, v.Tags, v.Flag, " ", v.One, v.Many, v.IDs, v.Labels))
	}
	port := []api.Argument{{Name: "port", Kind: api.Number}}
	server := httptest.NewServer(api.New(api.Config{Routes: []api.Route{{
		Method: http.MethodPost, Path: "/x/", Handle: handle, Success: 200, Open: true, Class: api.Exempt,
		Body: []api.Argument{
			{Name: "name", Kind: api.Text}, {Name: "tags", Kind: api.Texts}, {Name: "flag", Kind: api.Flag}, {Name: "rate", Kind: api.Number},
			{Name: "one", Kind: api.Object, Members: port}, {Name: "many", Kind: api.Objects, Members: port}, {Name: "ids", Kind: api.IDs}, {Name: "labels", Kind: api.Map},
		},
	}}}))
	t.Cleanup(server.Close)
	for body, want := range map[string]string{
		`{"name":"a","tags":["b"],"flag":true,"rate":3,"one":{"port":1},"many":[{"port":2}],"ids":[4],"labels":{"k":"v"},"id":[]}`: `"a 3 [b] true {1} [{2}] [4] map[k:v]"`,
		`{"name":"a","flag":"1","rate":"3","one":{"port":"1"},"ids":"4,5"}`:                                                        `"a 3 [] true {1} [] [4 5] map[]"`,
		`{"name":null,"one":null,"many":null,"labels":null}`:                                                                       `" 0 [] false {0} [] [] map[]"`,
		`{}`:                      `" 0 [] false {0} [] [] map[]"`,
		`{"nam":"a"}`:             `did you mean \"name\"?`,
		`{"other":1}`:             `the members are name, tags, flag, rate, one, many`,
		`{"one":{"prt":1}}`:       `"field":"one.prt"`,
		`{"many":[{},{"prt":1}]}`: `"field":"many[1].prt"`,
		`{"name":3}`:              `"field":"name"`,
		`{"flag":"maybe"}`:        `"field":"flag"`,
		`{"rate":1.5}`:            `"field":"rate"`,
		`{"tags":"a"}`:            `"field":"tags"`,
		`{"one":3}`:               `"field":"one"`,
		`{"one":{"port":"x"}}`:    `"field":"one.port"`,
		`{"many":[3]}`:            `"field":"many[0]"`,
		`{"many":[{"port":[]}]}`:  `"field":"many[0].port"`,
		`{"ids":["x"]}`:           `"field":"ids[0]"`,
		`{"labels":{"k":1}}`:      `"field":"labels.k"`,
		`{"labels":[]}`:           `"field":"labels"`,
		`{"name":"a"`:             `the body is not valid JSON`,
		``:                        `the body is empty`,
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
