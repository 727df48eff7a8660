package private_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// One test for each quirk that contract part 7 lists, under its number, as far as
// the routes there are show it.

func TestQuirk1NameAndLabel(t *testing.T) {
	r := open(t)
	for _, word := range []string{"name", "label"} {
		created := r.own("POST /api/scanner/", fmt.Sprintf(`{"targets":["192.0.2.1"],%q:"A"}`, word)).is(201).object()
		if created["label"] != "A" || created["name"] != "A" {
			t.Errorf("%s: created as %v, %v", word, created["label"], created["name"])
		}
		path := fmt.Sprintf("PATCH /api/scanner/%v/", created["id"])
		if got := r.own(path, fmt.Sprintf(`{%q:"B"}`, word)).is(200).object(); got["label"] != "B" {
			t.Errorf("%s: renamed to %v", word, got["label"])
		}
	}
}

func TestQuirk2NumbersAsStrings(t *testing.T) {
	r := open(t)
	r.own("POST /api/scanner/change_priority/", fmt.Sprintf(`{"id":"%d","shift":"-2"}`, r.pending("x"))).is(200)
	r.own("POST /api/scanner/bulk_delete/", fmt.Sprintf(`{"ids":["%d","%d"]}`, r.pending("x"), r.pending("x"))).is(200)
}

func TestQuirk3SizeAndIndices(t *testing.T) {
	r := open(t)
	id := r.done("x", webs(5), nil)
	indices := []string{"null", `""`, fmt.Sprintf(`"%d"`, id), fmt.Sprintf(`"%d,%d"`, id, id), fmt.Sprint(id), fmt.Sprintf("[%d]", id), fmt.Sprintf(`["%d"]`, id), "[]"}
	for _, form := range indices {
		for _, size := range []string{"2", `"2"`} {
			got := r.own("POST /api/responses/download/", fmt.Sprintf(`{"q":"*","size":%s,"indices":%s,"raw":true}`, size, form)).is(200).body
			if strings.Count(got, "\n") != 2 {
				t.Errorf("size %s, indices %s: %q", size, form, got)
			}
		}
	}
}

func TestQuirk4ReportWithoutSlash(t *testing.T) {
	r := open(t)
	r.own(fmt.Sprintf("GET /api/scanner/%d/report", r.pending("x")), "").is(200)
	r.own(fmt.Sprintf("GET //api/scanner/%d/report/", r.pending("x")), "").is(200)
}

func TestQuirk5Statuses(t *testing.T) {
	r := open(t)
	id := r.own("POST /api/scanner/", `{"targets":["192.0.2.1"]}`).is(201).object()["id"]
	r.own("POST /api/scanner/change_priority/", fmt.Sprintf(`{"id":%v,"shift":1}`, id)).is(200)
	if got := r.own(fmt.Sprintf("DELETE /api/scanner/%v/", id), "").is(204); got.body != "" || got.header.Get("Content-Type") != "" {
		t.Errorf("delete answers %q", got.body)
	}
}

func TestQuirk6ErrorsHaveTexts(t *testing.T) {
	r := open(t)
	id := r.pending("x")
	scan := fmt.Sprintf("/api/scanner/%d/", id)
	for _, test := range []struct {
		line, body, field string
		status            int
		kind              engine.Kind
	}{
		{"POST /api/scanner/", `{`, "", 400, engine.Invalid},
		{"POST /api/scanner/", ``, "", 400, engine.Invalid},
		{"POST /api/scanner/", `{}`, "targets", 400, engine.Invalid},
		{"POST /api/scanner/", `{"targets":[]}`, "targets", 400, engine.Invalid},
		{"POST /api/scanner/", `{"targets":"192.0.2.1"}`, "targets", 400, engine.Invalid},
		{"POST /api/scanner/", `{"targets":["192.0.2.1",7]}`, "targets[1]", 400, engine.Invalid},
		{"POST /api/scanner/", `{"targets":["192.0.2.1","https://example.com"]}`, "targets[1]", 400, engine.Invalid},
		{"POST /api/scanner/", `{"targets":["*.example.com"]}`, "targets[0]", 400, engine.Invalid},
		{"POST /api/scanner/", `{"targets":["192.0.2.1"],"label":7}`, "label", 400, engine.Invalid},
		{"POST /api/scanner/", `{"targets":["192.0.2.1"],"ports":"70000"}`, "ports", 400, engine.Invalid},
		{"POST /api/scanner/", `{"targets":["192.0.2.1"],"ports":["80"]}`, "ports", 400, engine.Invalid},
		{"POST /api/scanner/", `{"targets":["192.0.2.1"],"exclude":["example.com"]}`, "exclude[0]", 400, engine.Invalid},
		{"POST /api/scanner/", `{"targets":["2001:db8::/64"]}`, "targets[0]", 400, engine.Limit},
		{"POST /api/scanner/", `{"targets":["127.0.0.1"]}`, "targets[0]", 403, engine.Forbidden},
		{"POST /api/scanner/bulk_delete/", `{}`, "ids", 400, engine.Invalid},
		{"POST /api/scanner/bulk_delete/", `{"ids":["x"]}`, "ids[0]", 400, engine.Invalid},
		{"POST /api/scanner/change_priority/", `{"shift":1}`, "id", 400, engine.Invalid},
		{"POST /api/scanner/change_priority/", fmt.Sprintf(`{"id":%d}`, id), "shift", 400, engine.Invalid},
		{"POST /api/scanner/change_priority/", fmt.Sprintf(`{"id":%d,"shift":"up"}`, id), "shift", 400, engine.Invalid},
		{"POST /api/scanner/change_priority/", `{"id":999,"shift":1}`, "id", 404, engine.NotFound},
		{"PATCH " + scan, `{}`, "label", 400, engine.Invalid},
		{"PATCH " + scan, `{"name":["x"]}`, "name", 400, engine.Invalid},
		{"PATCH " + scan, `{"label":"` + strings.Repeat("x", 256) + `"}`, "label", 400, engine.Invalid},
		{"GET " + scan + "?wait=soon", ``, "wait", 400, engine.Invalid},
		{"GET " + scan + "?wait=-1", ``, "wait", 400, engine.Invalid},
		{"GET " + scan + "?wait=1&after=x", ``, "after", 400, engine.Invalid},
		{"GET " + scan + "findings/?min_severity=awful", ``, "min_severity", 400, engine.Invalid},
		{"GET " + scan + "findings/?ports=80,http", ``, "ports[1]", 400, engine.Invalid},
		{"GET " + scan + "findings/?limit=0", ``, "limit", 400, engine.Invalid},
		{"GET " + scan + "findings/?limit=1001", ``, "limit", 400, engine.Invalid},
		{"GET " + scan + "findings/?offset=-1", ``, "offset", 400, engine.Invalid},
		{"GET /api/responses/", ``, "q", 400, engine.Invalid},
		{"GET /api/responses/?q=", ``, "q", 400, engine.Invalid},
		{"GET /api/responses/?q=*&start=-1", ``, "start", 400, engine.Invalid},
		{"GET /api/responses/?q=*&start=10000", ``, "start", 400, engine.Invalid},
		{"GET /api/responses/?q=*&indices=x", ``, "indices[0]", 400, engine.Invalid},
		{"GET /api/responses/?q=*&source_type=both", ``, "source_type", 400, engine.Invalid},
		{"GET /api/responses_count/", ``, "q", 400, engine.Invalid},
		{"POST /api/responses/download/", `{"size":3}`, "q", 400, engine.Invalid},
		{"POST /api/responses/download/", `{"q":["*"]}`, "q", 400, engine.Invalid},
		{"POST /api/responses/download/", `{"q":"*","size":-1}`, "size", 400, engine.Invalid},
		{"POST /api/responses/download/", `{"q":"*","size":"many"}`, "size", 400, engine.Invalid},
		{"POST /api/responses/download/", `{"q":"*","fields":{"a":1}}`, "fields", 400, engine.Invalid},
		{"POST /api/responses/download/", `{"q":"*","raw":"perhaps"}`, "raw", 400, engine.Invalid},
		{"POST /api/responses/download/", `{"q":"*","type":"xml"}`, "type", 400, engine.Invalid},
		{"GET /api/nothing/", ``, "", 404, engine.Invalid},
		{"PATCH /api/scanner/", ``, "", 405, engine.Invalid},
	} {
		object := r.own(test.line, test.body).fails(test.status, test.kind, test.field)
		if test.kind == engine.Invalid && test.status == 400 && object["title"] != "Request parsing error" {
			t.Errorf("%s %s: title %v", test.line, test.body, object["title"])
		}
	}
	var scans []engine.Scan
	r.own("GET /api/scanner/", "").into(&scans)
	if len(scans) != 1 {
		t.Errorf("%d scans; a wrong request has created one", len(scans))
	}
}

// TestQuirk6TextsOfKeys are texts that test fixtures of clients copy.
func TestQuirk6TextsOfKeys(t *testing.T) {
	r := open(t)
	if got := r.send("GET /api/scanner/", "").fails(401, engine.Unauthorized, "api_key"); got["detail"] != "Authentication credentials were not provided." {
		t.Errorf("detail %v", got["detail"])
	}
	if got := r.send("GET /api/scanner/", "", "X-API-Key: wrong").fails(400, engine.Unauthorized, "api_key"); got["detail"] != "Request had invalid authorization credentials: API key not found" {
		t.Errorf("detail %v", got["detail"])
	}
}

func TestQuirk6SyntaxErrorsHaveAColumn(t *testing.T) {
	r := open(t)
	for _, request := range [][2]string{
		{"GET /api/responses/?q=port:80%20AND%20(host:x", ""}, {"GET /api/responses_count/?q=port:80+AND+(host:x", ""},
		{"POST /api/responses/download/", `{"q":"port:80 AND (host:x"}`},
	} {
		got := r.own(request[0], request[1]).fails(400, engine.Invalid, "q")
		if column, ok := got["column"].(float64); !ok || column < 1 || !strings.Contains(fmt.Sprint(got["detail"]), fmt.Sprintf("column %v", column)) {
			t.Errorf("%s: column %v in %v", request[0], got["column"], got["detail"])
		}
	}
}

func TestQuirk6LongQueriesAreRefused(t *testing.T) {
	r := open(t)
	r.own("POST /api/responses/download/", `{"q":"`+strings.Repeat("a ", 1<<18)+`"}`).fails(400, engine.Invalid, "q")
}

func TestQuirk8LinesAgainstArray(t *testing.T) {
	r := open(t)
	r.done("x", webs(3), nil)
	lines := r.own("POST /api/responses/download/", `{"q":"*","raw":true}`).is(200).body
	if strings.Count(lines, "\n") != 3 || !strings.HasPrefix(lines, `{"data":{`) {
		t.Errorf("raw: %s", lines)
	}
	for _, body := range []string{`{"q":"*"}`, `{"q":"*","raw":false}`, `{"q":"*","raw":null,"type":"json"}`} {
		var array []struct {
			Data engine.Response `json:"data"`
		}
		r.own("POST /api/responses/download/", body).is(200).into(&array)
		if len(array) != 3 || array[0].Data.Port == 0 {
			t.Errorf("%s: %+v", body, array)
		}
	}
	if got := r.own("POST /api/responses/download/", `{"q":"port:1"}`).is(200).body; strings.TrimSpace(got) != "[]" {
		t.Errorf("nothing found: %q, want []", got)
	}
	if got := r.own("POST /api/responses/download/", `{"q":"port:1","raw":true}`).is(200).body; got != "" {
		t.Errorf("nothing found: %q, want nothing", got)
	}
}

func TestQuirk8ErrorsBeforeTheFirstByteAreErrors(t *testing.T) {
	r := open(t)
	r.own("POST /api/responses/download/", `{"q":"*","indices":999,"raw":true}`).is(404)
	r.own("POST /api/responses/download/", `{"q":"*","indices":999,"size":0}`).is(404)
}

func TestQuirk8LineBreaksInDocuments(t *testing.T) {
	r := open(t)
	r.done("x", []engine.Response{web("192.0.2.1", 80, "a\u2028b\u2029c\u0085d\ne", 0)}, nil)
	for _, got := range []string{
		r.own("POST /api/responses/download/", `{"q":"*","raw":true}`).is(200).body,
		r.own("POST /api/responses/download/", `{"q":"*","raw":true,"fields":"http"}`).is(200).body,
		r.own("GET /api/responses/?q=*", "").is(200).body,
	} {
		if strings.ContainsAny(strings.TrimSuffix(got, "\n"), "\u2028\u2029\u0085\n") || !strings.Contains(got, `a\u2028b\u2029c\u0085d\ne`) {
			t.Errorf("got %q", got)
		}
	}
}

func TestQuirk9ParametersWithoutValue(t *testing.T) {
	r := open(t)
	r.done("x", webs(1), nil)
	if got := r.own("GET /api/responses/?q=*&indices&fields&start&source_type=include&page=2&public_indices_only=true", "").items(); len(got) != 1 {
		t.Errorf("%d documents", len(got))
	}
	if got := r.own("GET //api/responses/?q=*:*", "").items(); len(got) != 1 {
		t.Errorf("%d documents of *:*", len(got))
	}
}

func TestQuirk12GeneratedKeysAreAlphanumeric(t *testing.T) {
	r := open(t)
	key := engine.NewKey()
	r.add(engine.User{Email: "new@example.com", Plan: r.user.Plan}, key)
	for _, header := range []string{"X-API-Key: ", "X-Api-Key: ", "Authorization: Bearer "} {
		r.send("GET /api/users/current/", "", header+key).is(200)
	}
}

func TestQuirk13ListIsABareArray(t *testing.T) {
	r := open(t)
	for _, path := range []string{"/api/scanner/", "/api/indices/"} {
		if got := r.own("GET "+path, "").is(200).body; got != "[]\n" {
			t.Errorf("%s of nothing: %q", path, got)
		}
	}
}

func TestQuirk14ScanThatFoundNothing(t *testing.T) {
	r := open(t)
	got := r.own(fmt.Sprintf("GET /api/scanner/%d/", r.done("x", nil, nil)), "").is(200).object()
	if index, there := got["index_id"]; !there || index != nil || got["count"] != 0.0 || got["status"] != "done" {
		t.Errorf("index_id %v, count %v, status %v", index, got["count"], got["status"])
	}
}

func TestUnknownMembersAreIgnored(t *testing.T) {
	r := open(t)
	r.own("POST /api/scanner/", `{"targets":["192.0.2.1"],"location":"eu","x":{"y":[1]}}`).is(201)
}

func TestEmptyBodiesOfGetAndDeleteAreNotRead(t *testing.T) {
	r := open(t)
	path := fmt.Sprintf("/api/scanner/%d/", r.pending("x"))
	r.own("GET "+path, "{not json").is(200)
	r.own("DELETE "+path, "{not json").is(204)
}

func TestDownloadExcludesAndIncludes(t *testing.T) {
	r := open(t)
	r.done("x", []engine.Response{web("192.0.2.1", 80, "x", 0)}, nil)
	names := func(body string) []string {
		var array []map[string]map[string]json.RawMessage
		r.own("POST /api/responses/download/", body).is(200).into(&array)
		list := []string{}
		for name := range array[0]["data"] {
			list = append(list, name)
		}
		slices.Sort(list)
		return list
	}
	everything := names(`{"q":"*"}`)
	for _, fields := range []string{`"*"`, `["*"]`, `null`, `""`, `[]`} {
		if got := names(`{"q":"*","fields":` + fields + `}`); !slices.Equal(got, everything) {
			t.Errorf("fields %s: %v", fields, got)
		}
	}
	for _, fields := range []string{`"port,http.title"`, `["port","http.title"]`, `" port , http.title "`} {
		if got := names(`{"q":"*","fields":` + fields + `}`); !slices.Equal(got, []string{"http", "port"}) {
			t.Errorf("fields %s: %v", fields, got)
		}
		if got := names(`{"q":"*","source_type":"exclude","fields":` + fields + `}`); len(got) != len(everything)-1 || slices.Contains(got, "port") {
			t.Errorf("without %s: %v", fields, got)
		}
	}
}
