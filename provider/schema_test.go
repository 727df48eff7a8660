package provider_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Every attribute says what it is, in Markdown: the pages are made of it.
func TestEveryAttributeIsDescribed(t *testing.T) {
	w := newWire(t)
	w.clean(w.schema)
	check := func(object string, schema *tfprotov6.Schema) {
		if schema.Block.Description == "" {
			t.Errorf("%s is not described", object)
		}
		for _, missing := range undescribed(object, schema.Block.Attributes) {
			t.Errorf("%s is not described in Markdown", missing)
		}
	}
	check("provider", w.schema.Provider)
	for name, schema := range w.schema.ResourceSchemas {
		check(name, schema)
	}
	for name, schema := range w.schema.DataSourceSchemas {
		check(name, schema)
	}
	for name, schema := range w.schema.EphemeralResourceSchemas {
		check(name, schema)
	}
	for name, schema := range w.schema.ListResourceSchemas {
		check(name, schema)
	}
	for name, action := range w.schema.ActionSchemas {
		check(name, action.Schema)
	}
	for name, function := range w.schema.Functions {
		if function.Summary == "" || function.Description == "" || function.DescriptionKind != tfprotov6.StringKindMarkdown {
			t.Errorf("%s is not described in Markdown", name)
		}
		for _, p := range function.Parameters {
			if p.Description == "" || p.DescriptionKind != tfprotov6.StringKindMarkdown {
				t.Errorf("%s(%s) is not described in Markdown", name, p.Name)
			}
		}
	}
}

// undescribed lists attributes without a description, nested ones too.
func undescribed(parent string, attributes []*tfprotov6.SchemaAttribute) []string {
	var missing []string
	for _, a := range attributes {
		name := parent + "." + a.Name
		if a.Description == "" || a.DescriptionKind != tfprotov6.StringKindMarkdown {
			missing = append(missing, name)
		}
		if a.NestedType != nil {
			missing = append(missing, undescribed(name, a.NestedType.Attributes)...)
		}
	}
	return missing
}

func TestUndescribedIsNoticed(t *testing.T) {
	inner := &tfprotov6.SchemaObject{Attributes: []*tfprotov6.SchemaAttribute{{Name: "b", Description: "plain"}}}
	got := undescribed("x", []*tfprotov6.SchemaAttribute{{Name: "a", Description: "text", DescriptionKind: tfprotov6.StringKindMarkdown, NestedType: inner}})
	if want := []string{"x.a.b"}; !slices.Equal(got, want) {
		t.Errorf("noticed %v, want %v", got, want)
	}
}

// Each object has an example, and each example belongs to an object.
func TestEveryObjectHasAnExample(t *testing.T) {
	w := newWire(t)
	for folder, objects := range map[string][]string{
		"resources":           slices.Sorted(maps.Keys(w.schema.ResourceSchemas)),
		"data-sources":        slices.Sorted(maps.Keys(w.schema.DataSourceSchemas)),
		"actions":             slices.Sorted(maps.Keys(w.schema.ActionSchemas)),
		"ephemeral-resources": slices.Sorted(maps.Keys(w.schema.EphemeralResourceSchemas)),
		"list-resources":      slices.Sorted(maps.Keys(w.schema.ListResourceSchemas)),
		"functions":           slices.Sorted(maps.Keys(w.schema.Functions)),
	} {
		examples, err := filepath.Glob(filepath.Join("..", "examples", folder, "*", "*.tf*"))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range examples {
			names = append(names, filepath.Base(filepath.Dir(e)))
		}
		slices.Sort(names)
		if got := slices.Compact(names); !slices.Equal(got, objects) {
			t.Errorf("examples/%s has %v, the provider %v", folder, got, objects)
		}
	}
	if _, err := os.Stat(filepath.Join("..", "examples", "provider", "provider.tf")); err != nil {
		t.Error(err)
	}
}

// The calls that answer from the schema alone.
func TestMetadataCalls(t *testing.T) {
	w := newWire(t)
	metadata, err := w.server.GetMetadata(t.Context(), &tfprotov6.GetMetadataRequest{})
	w.must(err)
	if len(metadata.Resources) != len(w.schema.ResourceSchemas) || len(metadata.DataSources) != len(w.schema.DataSourceSchemas) {
		t.Errorf("metadata names %d resources and %d data sources, the schema %d and %d",
			len(metadata.Resources), len(metadata.DataSources), len(w.schema.ResourceSchemas), len(w.schema.DataSourceSchemas))
	}
	identities, err := w.server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	w.must(err)
	identity := identities.IdentitySchemas[scanType]
	if identity == nil || len(identity.IdentityAttributes) != 1 || !identity.IdentityAttributes[0].RequiredForImport {
		t.Errorf("identity of %s is %+v, want an id required for import", scanType, identity)
	}
	functions, err := w.server.GetFunctions(t.Context(), &tfprotov6.GetFunctionsRequest{})
	w.must(err)
	if len(functions.Functions) != len(w.schema.Functions) || len(metadata.Functions) != len(w.schema.Functions) {
		t.Errorf("there are %d functions, in the metadata %d, in the schema %d", len(functions.Functions), len(metadata.Functions), len(w.schema.Functions))
	}
	stopped, err := w.server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{})
	w.must(err)
	if stopped.Error != "" {
		t.Error(stopped.Error)
	}
}
