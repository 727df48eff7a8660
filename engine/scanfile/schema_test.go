package scanfile_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanfile"
)

const schemaFile = "portolan.schema.json"

// judge says whether the published schema takes a file.
func judge(t *testing.T) func(text string) error {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return func(text string) error {
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			return err
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			return err
		}
		decoded, err := jsonschema.UnmarshalJSON(strings.NewReader(string(encoded)))
		if err != nil {
			return err
		}
		return schema.Validate(decoded)
	}
}

func TestSchemaTakesWhatTheReaderTakes(t *testing.T) {
	valid := judge(t)
	example, err := os.ReadFile("../../examples/guides/expectations/portolan.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{whole, string(example), "version: 1\ntargets: [192.0.2.1]\n", "version: 1\ntargets: [192.0.2.1]\nexpect:\n", "version: 1\ntargets: [192.0.2.1]\nports: 22\n"} {
		// yes and no are texts to JSON, and truths to YAML 1.1, as the reader has it.
		if err := valid(strings.ReplaceAll(text, "optional: yes", "optional: true")); err != nil {
			t.Errorf("%s\n%v", text, err)
		}
	}
	for _, text := range []string{"", "targets: [192.0.2.1]", "version: 2\ntargets: [a]", "version: 1\ntargets: a.b", "version: 1\ntarget: [a.b]", "version: 1\ntargets: [a.b]\nports: ssh!", "version: 1\ntargets: [a.b]\nprofile: {rate: fast}", "version: 1\ntargets: [a.b]\nprofile: {mode: quick}", "version: 1\ntargets: [a.b]\nexpect: [{host: a.b}]", "version: 1\ntargets: [a.b]\nexpect: [{port: 80, optional: perhaps}]"} {
		_, err := scanfile.Read([]byte(text), "f")
		if valid(text) == nil || engine.KindOf(err) != engine.Invalid {
			t.Errorf("%q: the schema says %v, the reader %v", text, valid(text), err)
		}
	}
}

// schemaWords are the words of the published schema, by where they stand.
func schemaWords(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties map[string]struct {
			Properties map[string]any
			Items      struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	words := map[string][]string{}
	for word, member := range schema.Properties {
		words["%s: x\n"] = append(words["%s: x\n"], word)
		for inner := range member.Properties {
			words["profile:\n  %s: x\n"] = append(words["profile:\n  %s: x\n"], inner)
		}
		for inner := range member.Items.Properties {
			words["expect:\n- %s: x\n"] = append(words["expect:\n- %s: x\n"], inner)
		}
	}
	return words
}

// isKnown reports whether the reader knows a word in its place.
func isKnown(form, word string) bool {
	_, err := scanfile.Read([]byte("version: 1\n"+strings.ReplaceAll(form, "%s", word)), "f")
	return err == nil || !strings.Contains(err.Error(), "there is no key")
}

// TestSchemaHasTheReadersWords: the reader knows every word of the schema, and every
// member of a request that the reader knows is a word of the schema.
func TestSchemaHasTheReadersWords(t *testing.T) {
	words := schemaWords(t)
	for form, list := range words {
		for _, word := range list {
			if word != "version" && !isKnown(form, word) {
				t.Errorf("the reader does not know %q in %q", word, form)
			}
		}
		if isKnown(form, "no-such-word") {
			t.Errorf("%q takes any word", form)
		}
	}
	for form, kind := range map[string]reflect.Type{
		"%s: x\n": reflect.TypeFor[engine.ScanRequest](), "profile:\n  %s: x\n": reflect.TypeFor[engine.Profile](), "expect:\n- %s: x\n": reflect.TypeFor[engine.Expectation](),
	} {
		for i := range kind.NumField() {
			word, _, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ",")
			if isKnown(form, word) && !slices.Contains(words[form], word) {
				t.Errorf("the schema does not know %q in %q", word, form)
			}
		}
	}
}
