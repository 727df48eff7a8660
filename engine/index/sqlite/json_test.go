package sqlite_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
)

// FuzzJSON reads JSON without spaces as encoding/json reads it. What is no JSON may
// be taken for some, or is damaged.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{
		`{}`, `[]`, `{"a":[],"b":{},"c":null}`, `{"a":1,"b":"x","a":{"a":[true,false,null,-1.5e3]}}`, `{"b":1,"a":2,"b":3}`,
		`{"a\u0000\"\\":"\u00e9\ud83d\ude00\ud800 <\/>","b":"{[,:]}"}`, "{\"a\":\"x\xff\xfey\"}", `[[[[1],"a"],{"":""}],2]`, `{"a"`, `{"a":`, `{"a":}`, `{:1}`, `["`, `["\`, `}`, `1e999`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var plain bytes.Buffer
		if err := json.Compact(&plain, b); err != nil {
			_, err := sqlite.ReadJSON(b)
			if err != nil && !errors.Is(err, sqlite.Damaged) {
				t.Errorf("%q: %v", b, err)
			}
			return
		}
		var want any
		wantErr := json.Unmarshal(plain.Bytes(), &want)
		got, err := sqlite.ReadJSON(plain.Bytes())
		if (err == nil) != (wantErr == nil) || err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %#v, %v; want %#v, %v", plain.Bytes(), got, err, want, wantErr)
		}
	})
}
