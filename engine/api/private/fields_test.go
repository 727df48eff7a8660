package private_test

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
)

const document = `{"port":80,"uri":"http://a/","@timestamp":"x","http":{"title":"T","headers":{"server":["nginx"],"via":["a"]},"status_code":200},
	"tag":[{"name":"nginx","nginx":{"version":"1"}},{"name":"asp.net","asp.net":{"version":"4"}},{"other":1}],"domain":["a","b"],"empty":{},"big":12345678901234567890}`

func TestSelection(t *testing.T) {
	for _, test := range []struct{ fields, sourceType, want string }{
		{"port", "", `{"port":80}`},
		{"port", "include", `{"port":80}`},
		{"port,uri", "include", `{"port":80,"uri":"http://a/"}`},
		{"@timestamp", "include", `{"@timestamp":"x"}`},
		{"http.title", "include", `{"http":{"title":"T"}}`},
		{"http.headers", "include", `{"http":{"headers":{"server":["nginx"],"via":["a"]}}}`},
		{"http.headers.server,http.status_code", "include", `{"http":{"headers":{"server":["nginx"]},"status_code":200}}`},
		{"http,http.title", "include", `{"http":{"title":"T","headers":{"server":["nginx"],"via":["a"]},"status_code":200}}`},
		{"tag.name", "include", `{"tag":[{"name":"nginx"},{"name":"asp.net"}]}`},
		{"tag.asp.net.version", "include", `{"tag":[{"asp.net":{"version":"4"}}]}`},
		{"tag.nginx", "include", `{"tag":[{"nginx":{"version":"1"}}]}`},
		{"domain", "include", `{"domain":["a","b"]}`},
		{"big", "include", `{"big":12345678901234567890}`},
		{"nothing", "include", `{}`}, {"port.sub", "include", `{}`}, {"http.nothing", "include", `{}`}, {"htt", "include", `{}`}, {"domain.a", "include", `{}`},
		{"http,tag,uri,@timestamp,big,empty", "exclude", `{"port":80,"domain":["a","b"]}`},
		{"http.headers,http.title,tag,uri,@timestamp,big,empty,domain", "exclude", `{"port":80,"http":{"status_code":200}}`},
		{"tag.name,http,uri,@timestamp,big,empty,domain,port", "exclude", `{"tag":[{"nginx":{"version":"1"}},{"asp.net":{"version":"4"}},{"other":1}]}`},
		{"tag.other,tag.name,tag.nginx,tag.asp.net,http,uri,@timestamp,big,domain,port", "exclude", `{"tag":[{},{},{}],"empty":{}}`},
		{"port.sub,nothing,http.nothing", "exclude", document},
		{"", "exclude", document}, {"*", "exclude", document}, {"*", "include", document}, {"", "", document}, {"port,*", "include", document},
	} {
		got, err := private.Select(json.RawMessage(document), request(test.fields, test.sourceType))
		if err != nil {
			t.Errorf("%s %q: %v", test.sourceType, test.fields, err)
			continue
		}
		if !reflect.DeepEqual(decode(t, got), decode(t, []byte(test.want))) {
			t.Errorf("%s %q: %s, want %s", test.sourceType, test.fields, got, test.want)
		}
	}
}

func TestSelectionKeepsNumbersAsTheyAre(t *testing.T) {
	got, err := private.Select(json.RawMessage(document), request("big", ""))
	if err != nil || string(got) != `{"big":12345678901234567890}` {
		t.Errorf("%s, %v", got, err)
	}
}

func request(fields, sourceType string) api.Arguments {
	return api.ParseParameters(url.Values{"fields": {fields}, "source_type": {sourceType}}.Encode())
}

func decode(t *testing.T, text []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// FuzzSelect: what is selected is JSON, including and excluding are opposites at the
// top, and nothing comes back that was not there.
func FuzzSelect(f *testing.F) {
	f.Add(document, "port,http.title")
	f.Add(`{"a":{"b":[{"c":1},[{"d":2}]]}}`, "a.b.c,a.b")
	f.Add(`{"":{"":1},".":2}`, ".,..,")
	f.Add(`{"a.b":1,"a":{"b":2}}`, "a.b")
	f.Fuzz(func(t *testing.T, document, fields string) {
		var whole map[string]json.RawMessage
		if json.Unmarshal([]byte(document), &whole) != nil || whole == nil {
			return
		}
		part := func(sourceType string) map[string]json.RawMessage {
			selected, err := private.Select(json.RawMessage(document), request(fields, sourceType))
			if err != nil {
				if engine.KindOf(err) != engine.Invalid {
					t.Errorf("%v", err)
				}
				return nil
			}
			var members map[string]json.RawMessage
			if err := json.Unmarshal(selected, &members); err != nil {
				t.Fatalf("%s: %v", selected, err)
			}
			return members
		}
		included, excluded := part("include"), part("exclude")
		for name := range whole {
			if _, in := included[name]; in {
				continue
			}
			if _, out := excluded[name]; !out {
				t.Errorf("%q is lost by %q both ways", name, fields)
			}
		}
		for _, members := range []map[string]json.RawMessage{included, excluded} {
			for name := range members {
				if _, known := whole[name]; !known {
					t.Errorf("%q was made up", name)
				}
			}
		}
	})
}

func TestHostileTextStaysInItsString(t *testing.T) {
	r := open(t)
	title := "</script>\"}]\n{\"data\":{\"port\":1}}\x00\x1b[31m"
	r.done("x", []engine.Response{web("192.0.2.1", 80, title, 0)}, nil)
	got := r.own("POST /api/responses/download/", `{"q":"*","raw":true}`).is(200).body
	if strings.Count(got, "\n") != 1 {
		t.Errorf("one document became several lines: %q", got)
	}
	var item struct {
		Data engine.Response `json:"data"`
	}
	if err := json.Unmarshal([]byte(got), &item); err != nil || item.Data.Port != 80 {
		t.Errorf("%v: %+v", err, item)
	}
}
