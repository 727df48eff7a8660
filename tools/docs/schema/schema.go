// Package schema writes what a provider declares in the form of "terraform
// providers schema -json", without a Terraform command: tfplugindocs makes the
// reference pages from that. Begin with [Write].
//
// It asks the provider's own server, in this process, and judges nothing: what
// the provider declares is written as it is.
package schema

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// formatVersion is that of Terraform's schema output.
const formatVersion = "1.0"

// Write asks the server for its schemas and writes them under the given name,
// such as "portolan".
func Write(ctx context.Context, w io.Writer, name string, server tfprotov6.ProviderServer) error {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err == nil {
		err = failure(schemas.Diagnostics)
	}
	if err != nil {
		return fmt.Errorf("get the provider's schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err == nil {
		err = failure(identities.Diagnostics)
	}
	if err != nil {
		return fmt.Errorf("get the provider's identities: %w", err)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document{
		FormatVersion: formatVersion,
		Schemas:       map[string]provider{name: newProvider(schemas, identities)},
	})
}

func failure(diagnostics []*tfprotov6.Diagnostic) error {
	var errs []error
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errs = append(errs, errors.New(strings.TrimSpace(d.Summary+": "+d.Detail)))
		}
	}
	return errors.Join(errs...)
}

func newProvider(s *tfprotov6.GetProviderSchemaResponse, i *tfprotov6.GetResourceIdentitySchemasResponse) provider {
	return provider{
		Config:      newObject(s.Provider),
		Resources:   each(s.ResourceSchemas, newObject),
		DataSources: each(s.DataSourceSchemas, newObject),
		Ephemerals:  each(s.EphemeralResourceSchemas, newObject),
		Lists:       each(s.ListResourceSchemas, newObject),
		Actions:     each(s.ActionSchemas, newAction),
		Functions:   each(s.Functions, newFunction),
		Identities:  each(i.IdentitySchemas, newIdentity),
	}
}

func each[From, To any](from map[string]From, convert func(From) To) map[string]To {
	to := make(map[string]To, len(from))
	for name, value := range from {
		to[name] = convert(value)
	}
	return to
}

func newAction(a *tfprotov6.ActionSchema) *object { return newObject(a.Schema) }

func newObject(s *tfprotov6.Schema) *object {
	if s == nil {
		return nil
	}
	return &object{Version: s.Version, Block: newBlock(s.Block)}
}

func newBlock(b *tfprotov6.SchemaBlock) *block {
	made := &block{
		Attributes:      newAttributes(b.Attributes),
		Description:     b.Description,
		DescriptionKind: kindOf(b.DescriptionKind),
		Deprecated:      b.Deprecated,
		Blocks:          map[string]nestedBlock{},
	}
	for _, nested := range b.BlockTypes {
		made.Blocks[nested.TypeName] = nestedBlock{
			NestingMode: strings.ToLower(nested.Nesting.String()),
			Block:       newBlock(nested.Block),
			MinItems:    nested.MinItems,
			MaxItems:    nested.MaxItems,
		}
	}
	return made
}

func newAttributes(attributes []*tfprotov6.SchemaAttribute) map[string]attribute {
	made := map[string]attribute{}
	for _, a := range attributes {
		made[a.Name] = attribute{
			Type:            a.Type,
			NestedType:      newNested(a.NestedType),
			Description:     a.Description,
			DescriptionKind: kindOf(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
	}
	return made
}

func newNested(o *tfprotov6.SchemaObject) *nestedAttributes {
	if o == nil {
		return nil
	}
	return &nestedAttributes{Attributes: newAttributes(o.Attributes), NestingMode: strings.ToLower(o.Nesting.String())}
}

func newFunction(f *tfprotov6.Function) function {
	made := function{
		Summary:     f.Summary,
		Description: f.Description,
		Deprecation: f.DeprecationMessage,
		ReturnType:  f.Return.Type,
		Variadic:    newParameter(f.VariadicParameter),
	}
	for _, p := range f.Parameters {
		made.Parameters = append(made.Parameters, newParameter(p))
	}
	return made
}

func newParameter(p *tfprotov6.FunctionParameter) *parameter {
	if p == nil {
		return nil
	}
	return &parameter{Name: p.Name, Type: p.Type, Description: p.Description, IsNullable: p.AllowNullValue}
}

func newIdentity(s *tfprotov6.ResourceIdentitySchema) identity {
	made := identity{Version: s.Version, Attributes: map[string]identityAttribute{}}
	for _, a := range s.IdentityAttributes {
		made.Attributes[a.Name] = identityAttribute{
			Type: a.Type, Description: a.Description, Required: a.RequiredForImport, Optional: a.OptionalForImport,
		}
	}
	return made
}

func kindOf(kind tfprotov6.StringKind) string {
	if kind == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}
