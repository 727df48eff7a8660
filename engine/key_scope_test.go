package engine_test

import (
	"errors"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestKeyScopesIncludeThoseBefore(t *testing.T) {
	for i, wide := range engine.KeyScopes() {
		for j, narrow := range engine.KeyScopes() {
			if got := wide.Includes(narrow); got != (i >= j) {
				t.Errorf("%s includes %s: %v", wide, narrow, got)
			}
		}
		if engine.KeyScope("admin").Includes(wide) {
			t.Errorf("a word that is no scope includes %s", wide)
		}
	}
	for want, scopes := range map[engine.KeyScope][]engine.KeyScope{
		engine.KeyManage: nil, engine.KeyScan: {engine.KeyScan, engine.KeyRead}, engine.KeyRead: {engine.KeyRead},
	} {
		if got := (engine.Key{Scopes: scopes}).Scope(); got != want {
			t.Errorf("the widest of %q is %s, want %s", scopes, got, want)
		}
	}
}

// wantField fails unless err is about the field.
func wantField(t *testing.T, err error, field string) {
	t.Helper()
	var e *engine.Error
	if !errors.As(err, &e) || e.Kind != engine.Invalid || e.Field != field || e.Hint == "" {
		t.Errorf("%+v, want an error about %s", err, field)
	}
}

func TestKeyRequestsThatAreNotValid(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	later := at.Add(time.Hour)
	whole := engine.KeyRequest{Name: "ci", Scopes: []engine.KeyScope{engine.KeyScan}, ExpiresAt: &later}
	if err := whole.Validate(at); err != nil {
		t.Error(err)
	}
	for field, change := range map[string]func(*engine.KeyRequest){
		"name":       func(r *engine.KeyRequest) { r.Name = " " },
		"scopes":     func(r *engine.KeyRequest) { r.Scopes = nil },
		"expires_at": func(r *engine.KeyRequest) { r.ExpiresAt = &at },
	} {
		r := whole
		change(&r)
		wantField(t, r.Validate(at), field)
	}
	for _, key := range []string{"short", "with-a-sign-of-another-kind-in-it-123456"} {
		r := whole
		r.Key = key
		wantField(t, r.Validate(at), "key")
	}
	for _, scopes := range [][]engine.KeyScope{{"admin"}, {"read", "read"}} {
		r := whole
		r.Scopes = scopes
		wantField(t, r.Validate(at), "scopes")
	}
}
