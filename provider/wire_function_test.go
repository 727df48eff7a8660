package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ask calls a function with values and gives what the provider answers.
func (w *wire) ask(name string, arguments ...tftypes.Value) *tfprotov6.CallFunctionResponse {
	w.t.Helper()
	declared, ok := w.schema.Functions[name]
	if !ok {
		w.t.Fatalf("there is no function %q", name)
	}
	req := &tfprotov6.CallFunctionRequest{Name: name}
	for i, argument := range arguments {
		req.Arguments = append(req.Arguments, w.dynamic(declared.Parameters[i].Type, argument))
	}
	resp, err := w.server.CallFunction(w.t.Context(), req)
	w.must(err)
	return resp
}

// result is the value of a function whose call has to succeed.
func (w *wire) result(name string, arguments ...tftypes.Value) tftypes.Value {
	w.t.Helper()
	resp := w.ask(name, arguments...)
	if resp.Error != nil {
		w.t.Fatalf("%s: %s", name, resp.Error.Text)
	}
	return w.state(w.schema.Functions[name].Return.Type, resp.Result)
}

// wantArgumentError fails the test unless the argument at position is blamed, in a text
// that holds every one of parts.
func wantArgumentError(t testing.TB, resp *tfprotov6.CallFunctionResponse, position int64, parts ...string) {
	t.Helper()
	if resp.Error == nil {
		t.Errorf("there is no error, but %v", resp.Result)
		return
	}
	if resp.Error.FunctionArgument == nil || *resp.Error.FunctionArgument != position {
		t.Errorf("argument %v is blamed, want %d", resp.Error.FunctionArgument, position)
	}
	for _, part := range parts {
		if !strings.Contains(resp.Error.Text, part) {
			t.Errorf("%q is missing from: %s", part, resp.Error.Text)
		}
	}
}

func textValue(text string) tftypes.Value { return tftypes.NewValue(tftypes.String, text) }

// textsValue is a list of strings; nil is null.
func textsValue(texts ...any) tftypes.Value {
	elements := make([]tftypes.Value, len(texts))
	for i, text := range texts {
		elements[i] = tftypes.NewValue(tftypes.String, text)
	}
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, elements)
}

// findingValue is an object with members that are all strings.
func findingValue(members map[string]string) tftypes.Value {
	ofTypes, values := map[string]tftypes.Type{}, map[string]tftypes.Value{}
	for name, text := range members {
		ofTypes[name], values[name] = tftypes.String, textValue(text)
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: ofTypes}, values)
}

// tupleValue is what a list written in a configuration is.
func tupleValue(elements ...tftypes.Value) tftypes.Value {
	ofTypes := make([]tftypes.Type, len(elements))
	for i, e := range elements {
		ofTypes[i] = e.Type()
	}
	return tftypes.NewValue(tftypes.Tuple{ElementTypes: ofTypes}, elements)
}
