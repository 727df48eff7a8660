package api_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

func TestBodiesAreSplitAsTheyAreWritten(t *testing.T) {
	for body, want := range map[string]map[string]string{
		`{}`:      {},
		" { } \n": {},
		`{"a" : [1, "]", {"b":"}"}] , "c":{"d":[ ]}}`: {"a": `[1, "]", {"b":"}"}]`, "c": `{"d":[ ]}`},
		`{"a":"x\"y","b\"\u0063":"\\","":null}`:       {"a": `"x\"y"`, `b"c`: `"\\"`, "": "null"},
		`{"a":1,"a":2}`:                               {"a": "2"},
	} {
		args, err := api.ParseBody([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
		}
		got := map[string]string{}
		for name, value := range args {
			got[name] = string(value)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

// TestPartsHaveALimit: an error says what is allowed and what there is.
func TestPartsHaveALimit(t *testing.T) {
	object := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"a%d":1`, i)
		}
		return "{" + b.String()[1:] + "}"
	}
	if _, err := api.ParseBody([]byte(object(1000))); err != nil {
		t.Error(err)
	}
	_, err := api.ParseBody([]byte(object(1001)))
	isTooMany(t, err, 1000, 1001)
	_, err = body(t, `{"x":`+object(1001)+`}`).Object("x")
	isTooMany(t, err, 1000, 1001)

	list := body(t, `{"x":[7`+strings.Repeat(",7", 1<<18)+`]}`)
	_, err = list.Texts("x")
	isTooMany(t, err, 1<<18, 1<<18+1)
	_, err = list.List("x")
	isTooMany(t, err, 1<<18, 1<<18+1)
	_, err = list.ScanIDs("x")
	isTooMany(t, err, 1<<18, 1<<18+1)
}

func isTooMany(t *testing.T, err error, limit, current int64) {
	t.Helper()
	got, ok := err.(*engine.Error) //nolint:errorlint // the error itself
	if !ok || got.Kind != engine.Invalid || got.Limit != limit || got.Current != current {
		t.Errorf("%v, want a limit of %d and %d in use", err, limit, current)
	}
}

// holdsAsDecoded compares what is split with what encoding/json reads.
func holdsAsDecoded(t *testing.T, args api.Arguments, raw []byte) {
	t.Helper()
	var want map[string]json.RawMessage
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatalf("%q was read: %v", raw, err)
	}
	if len(args) != len(want) {
		t.Fatalf("%q has members %v", raw, args)
	}
	for name, value := range want {
		if string(args[name]) != string(value) {
			t.Errorf("%q: %q is %q, want %q", raw, name, args[name], value)
		}
		var texts []string
		if got, err := args.Texts(name); err == nil && got != nil && json.Unmarshal(value, &texts) == nil && !reflect.DeepEqual(got, texts) {
			t.Errorf("%q: texts %q, want %q", raw, got, texts)
		}
	}
}
