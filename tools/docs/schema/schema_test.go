package schema_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/tools/docs/schema"
)

// library is a provider with one resource, books, that has a bit of everything.
type library struct{ broken bool }

func (library) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "library"
}

func (l library) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{Attributes: map[string]providerschema.Attribute{
		"key": providerschema.StringAttribute{Optional: true, Sensitive: true, MarkdownDescription: "The *key*."},
	}}
	if l.broken {
		resp.Diagnostics.AddError("Shelf broken", "All books fell down.")
	}
}

func (library) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (library) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (library) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return books{} }}
}

type books struct{ resource.Resource }

func (books) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "library_books"
}

func (books) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceschema.Schema{
		Version: 2,
		Attributes: map[string]resourceschema.Attribute{
			"titles": resourceschema.ListAttribute{Required: true, ElementType: types.StringType},
			"shelf": resourceschema.SingleNestedAttribute{Computed: true, Attributes: map[string]resourceschema.Attribute{
				"number": resourceschema.Int64Attribute{Computed: true},
			}},
		},
		Blocks: map[string]resourceschema.Block{
			"loan": resourceschema.ListNestedBlock{NestedObject: resourceschema.NestedBlockObject{
				Attributes: map[string]resourceschema.Attribute{"to": resourceschema.StringAttribute{Optional: true}},
			}},
		},
	}
}

func (books) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"isbn": identityschema.StringAttribute{RequiredForImport: true},
	}}
}

const want = `{
  "format_version": "1.0",
  "provider_schemas": {
    "library": {
      "provider": {"version": 0, "block": {
        "attributes": {"key": {"type": "string", "description": "The *key*.", "description_kind": "markdown", "optional": true, "sensitive": true}},
        "description_kind": "plain"}},
      "resource_schemas": {"library_books": {"version": 2, "block": {
        "attributes": {
          "titles": {"type": ["list", "string"], "description_kind": "plain", "required": true},
          "shelf": {"description_kind": "plain", "computed": true, "nested_type": {"nesting_mode": "single", "attributes": {
            "number": {"type": "number", "description_kind": "plain", "computed": true}}}}},
        "block_types": {"loan": {"nesting_mode": "list", "block": {
          "attributes": {"to": {"type": "string", "description_kind": "plain", "optional": true}},
          "description_kind": "plain"}}},
        "description_kind": "plain"}}},
      "resource_identity_schemas": {"library_books": {"version": 0, "attributes": {
        "isbn": {"type": "string", "required_for_import": true}}}}
    }
  }
}`

func TestWrite(t *testing.T) {
	var got bytes.Buffer
	server := providerserver.NewProtocol6(library{})()
	if err := schema.Write(t.Context(), &got, "library", server); err != nil {
		t.Fatal(err)
	}
	if compact(t, got.Bytes()) != compact(t, []byte(want)) {
		t.Errorf("wrote\n%s\nwant\n%s", &got, want)
	}
}

func TestWriteSaysWhatIsWrong(t *testing.T) {
	var got bytes.Buffer
	server := providerserver.NewProtocol6(library{broken: true})()
	err := schema.Write(t.Context(), &got, "library", server)
	if err == nil || !strings.Contains(err.Error(), "All books fell down") {
		t.Errorf("error is %v, want the provider's", err)
	}
	if got.Len() > 0 {
		t.Errorf("wrote %s all the same", &got)
	}
}

// compact brings JSON into one form: no spaces, members in order.
func compact(t *testing.T, text []byte) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
