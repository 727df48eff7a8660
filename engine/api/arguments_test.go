package api_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

func body(t *testing.T, text string) api.Arguments {
	t.Helper()
	args, err := api.ParseBody([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return args
}

func TestParameters(t *testing.T) {
	for raw, want := range map[string]string{
		"q=a+b": "a b", "q=a%20b": "a b", "q=a%2Bb": "a+b", "q": "", "q=": "", "": "", "x=1&q=2": "2",
		"q=port:[1 TO 5] AND (a OR 'b')>*": "port:[1 TO 5] AND (a OR 'b')>*", "q=a;b": "a;b", "q=100%": "100%", "q=%zz%4": "%zz%4",
		"q=a=b": "a=b", "q=%C3%A4": "ä", "q=%ff": "\uFFFD", "%71=x": "x", "&&=5&q=y": "y",
	} {
		got, err := api.ParseParameters(raw).Text("q")
		if err != nil || got != want {
			t.Errorf("%s: q is %q, %v, want %q", raw, got, err, want)
		}
	}
}

func TestRepeatedParametersAreAList(t *testing.T) {
	args := api.ParseParameters("indices=5&indices=6,7&q=a&q=b")
	if got, err := args.List("indices"); err != nil || !slices.Equal(got, []string{"5", "6", "7"}) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := args.Text("q"); engine.KindOf(err) != engine.Invalid {
		t.Errorf("two queries were taken: %v", err)
	}
}

func TestListsInEveryForm(t *testing.T) {
	for text, want := range map[string][]engine.ScanID{
		`{"indices":null}`: {}, `{"indices":""}`: {}, `{"indices":"5"}`: {5}, `{"indices":"5,6"}`: {5, 6}, `{"indices":5}`: {5},
		`{"indices":[5,6]}`: {5, 6}, `{"indices":["5","6"]}`: {5, 6}, `{"indices":[]}`: {}, `{"indices":" 5 , 6 ,"}`: {5, 6}, `{}`: {},
		`{"indices": [null, "5", ""]}`: {5},
	} {
		got, err := body(t, text).ScanIDs("indices")
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestNumbersAndFlags(t *testing.T) {
	args := body(t, `{"a":5,"b":"5","c":" -2 ","d":null,"e":"","t":true,"u":"True","v":"1","w":false}`)
	for name, want := range map[string]int64{"a": 5, "b": 5, "c": -2} {
		if n, ok, err := args.Int(name); n != want || !ok || err != nil {
			t.Errorf("%s: %d %v %v", name, n, ok, err)
		}
	}
	for _, name := range []string{"d", "e", "absent"} {
		if n, ok, err := args.Int(name); n != 0 || ok || err != nil {
			t.Errorf("%s: %d %v %v, want no number and no error", name, n, ok, err)
		}
	}
	for name, want := range map[string]bool{"t": true, "u": true, "v": true, "w": false, "d": false} {
		if flag, err := args.Flag(name); flag != want || err != nil {
			t.Errorf("%s: %v %v", name, flag, err)
		}
	}
}

func TestTheFirstNameWithAValueCounts(t *testing.T) {
	for text, want := range map[string]string{
		`{"label":"a","name":"b"}`: "a", `{"name":"b"}`: "b", `{"label":null,"name":"b"}`: "b", `{"label":"","name":"b"}`: "b", `{}`: "",
	} {
		if got, err := body(t, text).Text("label", "name"); got != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
}

// TestUnknownTypesNameTheirField holds each reader to the rule that the error says
// which member is wrong.
func TestUnknownTypesNameTheirField(t *testing.T) {
	text := func(a api.Arguments) error { _, err := a.Text("x"); return err }
	word := func(a api.Arguments) error { _, err := a.Word("x"); return err }
	number := func(a api.Arguments) error { _, _, err := a.Int("x"); return err }
	flag := func(a api.Arguments) error { _, err := a.Flag("x"); return err }
	texts := func(a api.Arguments) error { _, err := a.Texts("x"); return err }
	list := func(a api.Arguments) error { _, err := a.List("x"); return err }
	ids := func(a api.Arguments) error { _, err := a.ScanIDs("x"); return err }
	object := func(a api.Arguments) error { _, err := a.Object("x"); return err }
	for _, test := range []struct {
		value, field string
		read         func(api.Arguments) error
	}{
		{`5`, "x", text}, {`["a"]`, "x", text}, {`{}`, "x", text}, {`true`, "x", text},
		{`["a"]`, "x", word}, {`{}`, "x", word},
		{`"five"`, "x", number}, {`5.5`, "x", number}, {`[5]`, "x", number}, {`99999999999999999999`, "x", number}, {`true`, "x", number},
		{`"maybe"`, "x", flag}, {`{}`, "x", flag}, {`2`, "x", flag},
		{`"a,b"`, "x", texts}, {`7`, "x", texts}, {`["a",7]`, "x[1]", texts}, {`[["a"]]`, "x[0]", texts}, {`[null]`, "x[0]", texts},
		{`{}`, "x", list}, {`[{}]`, "x[0]", list}, {`["a",["b"]]`, "x[1]", list},
		{`"a"`, "x", object}, {`[{}]`, "x", object}, {`7`, "x", object},
		{`"5,six"`, "x[1]", ids}, {`[0]`, "x[0]", ids}, {`-1`, "x[0]", ids}, {`[1.5]`, "x[0]", ids},
	} {
		err := test.read(body(t, `{"x":`+test.value+`}`))
		var known *engine.Error
		if !errors.As(err, &known) || known.Kind != engine.Invalid || known.Field != test.field || known.Detail == "" {
			t.Errorf("%s: %#v, want an invalid error about %s", test.value, err, test.field)
		}
	}
}

func TestErrorsDoNotRepeatHugeValues(t *testing.T) {
	_, _, err := body(t, `{"x":"`+strings.Repeat("ä", 100000)+`"}`).Int("x")
	if n := len(err.Error()); n > 500 {
		t.Errorf("the error has %d bytes", n)
	}
}

func FuzzParseParameters(f *testing.F) {
	for _, seed := range []string{"q=a&indices&fields&source_type=include", "q=port:>5 AND *&x=%zz", "%=%&&=&+=+", "q=%ff%C3", "a=1&a=2&a=3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		args := api.ParseParameters(raw)
		readAll(t, args)
		// What a well-behaved client encodes arrives as it was.
		wanted := strings.ToValidUTF8(raw, "\uFFFD")
		got, err := api.ParseParameters(url.Values{"q": {wanted}}.Encode()).Text("q")
		if err != nil || got != wanted {
			t.Errorf("%q became %q, %v", wanted, got, err)
		}
	})
}

func FuzzParseBody(f *testing.F) {
	for _, seed := range []string{
		`{"targets":["a","b"],"name":"X"}`, `{"ids":["7","8"]}`, `{"id":"7","shift":"-2"}`,
		`{"q":"Q","size":"3","indices":null,"raw":true,"fields":"*","source_type":"include"}`, `{"x":[[[1]]]}`, `{"x":1e999}`, "{\"x\":\"\xff\"}", `{"x":[,]}`, `{"a" : [1,"]",{"b":"}"}] ,"c\u0064":{"d":[ ]}}`, `{"x":["\"\\",""]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		args, err := api.ParseBody(raw)
		if err != nil {
			if engine.KindOf(err) != engine.Invalid {
				t.Errorf("an error of kind %s", engine.KindOf(err))
			}
			return
		}
		holdsAsDecoded(t, args, raw)
		readAll(t, args)
	})
}

// readAll reads every member in every way: each gives a value or an invalid error.
func readAll(t *testing.T, args api.Arguments) {
	for name := range args {
		_, text := args.Text(name)
		_, word := args.Word(name)
		_, _, number := args.Int(name)
		_, flag := args.Flag(name)
		_, texts := args.Texts(name)
		_, list := args.List(name)
		_, ids := args.ScanIDs(name)
		for _, err := range []error{text, word, number, flag, texts, list, ids} {
			if err != nil && engine.KindOf(err) != engine.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
