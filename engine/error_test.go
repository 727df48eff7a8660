package engine_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// fieldOf gives the field of the engine.Error in err, "" if there is none.
func fieldOf(err error) string {
	var e *engine.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Field
}

func TestErrorKeepsKindThroughWrapping(t *testing.T) {
	err := fmt.Errorf("create scan: %w", &engine.Error{Kind: engine.Limit, Title: "Too many", Detail: "9 of 8", Hint: "delete one"})
	if engine.KindOf(err) != engine.Limit {
		t.Errorf("kind %q, want limit", engine.KindOf(err))
	}
	if want := "create scan: Too many: 9 of 8 (delete one)"; err.Error() != want {
		t.Errorf("%q, want %q", err.Error(), want)
	}
	if engine.KindOf(errors.New("x")) != engine.Internal || engine.KindOf(nil) != "" {
		t.Error("the kind of a foreign error is internal, of none is empty")
	}
}

func TestInBuildsThePath(t *testing.T) {
	for inner, want := range map[string]string{"": "targets", "[3]": "targets[3]", "port": "targets.port"} {
		if got := fieldOf(engine.In("targets", &engine.Error{Field: inner})); got != want {
			t.Errorf("%q in targets is %q, want %q", inner, got, want)
		}
	}
	if plain := errors.New("x"); !errors.Is(engine.In("targets", plain), plain) {
		t.Error("a foreign error was changed")
	}
}
