package provider_test

import (
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/portolan-io/terraform-provider-portolan/provider"
)

// wire speaks the plugin protocol to a provider in this process, as Terraform
// does over a socket, so that every call can be tested without a CLI.
type wire struct {
	t      testing.TB
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse

	resource string // which one the calls about a resource are for
}

// object is a configuration or state as a test writes it: absent members are null.
type object = map[string]any

// unknown is a value that is known only after apply.
type unknown struct{}

func newWire(t testing.TB) *wire {
	t.Helper()
	p := provider.New("test")()
	if c, ok := p.(io.Closer); ok {
		t.Cleanup(func() {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return wireTo(t, providerserver.NewProtocol6(p)())
}

// wireTo is a wire to the server of a provider.
func wireTo(t testing.TB, server tfprotov6.ProviderServer) *wire {
	t.Helper()
	w := &wire{t: t, server: server, resource: scanType}
	schema, err := w.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	w.must(err)
	w.schema = schema
	return w
}

func (w *wire) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// configured is a wire whose provider block is config.
func configured(t testing.TB, config object) *wire {
	t.Helper()
	w := newWire(t)
	w.clean(w.configure(config, false))
	return w
}

// configure sets the provider up and gives what it says.
func (w *wire) configure(config object, deferral bool) *tfprotov6.ConfigureProviderResponse {
	w.t.Helper()
	resp, err := w.server.ConfigureProvider(w.t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.15.0", Config: w.dynamic(w.providerType(), config),
		ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: deferral},
	})
	w.must(err)
	return resp
}

func (w *wire) providerType() tftypes.Type { return w.schema.Provider.ValueType() }

func (w *wire) resourceType() tftypes.Type {
	return w.schema.ResourceSchemas[w.resource].ValueType()
}

// of is the same wire for another resource.
func (w *wire) of(resource string) *wire {
	other := *w
	other.resource = resource
	return &other
}

func (w *wire) dynamic(typ tftypes.Type, v any) *tfprotov6.DynamicValue {
	w.t.Helper()
	value, ok := v.(tftypes.Value)
	if !ok {
		value = valueOf(w.t, typ, v)
	}
	dynamic, err := tfprotov6.NewDynamicValue(typ, value)
	w.must(err)
	return &dynamic
}

// state reads what the provider answered.
func (w *wire) state(typ tftypes.Type, d *tfprotov6.DynamicValue) tftypes.Value {
	w.t.Helper()
	value, err := d.Unmarshal(typ)
	w.must(err)
	return value
}

// clean fails the test if an answer to a call has an error in it.
func (w *wire) clean(resp any) {
	w.t.Helper()
	for _, d := range diagnosticsOf(resp) {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			w.t.Fatalf("%s: %s: %s", pathOf(d), d.Summary, d.Detail)
		}
	}
}

func diagnosticsOf(resp any) []*tfprotov6.Diagnostic {
	switch r := resp.(type) {
	case *tfprotov6.ConfigureProviderResponse:
		return r.Diagnostics
	case *tfprotov6.ValidateProviderConfigResponse:
		return r.Diagnostics
	case *tfprotov6.ValidateResourceConfigResponse:
		return r.Diagnostics
	case *tfprotov6.ValidateDataResourceConfigResponse:
		return r.Diagnostics
	case *tfprotov6.PlanResourceChangeResponse:
		return r.Diagnostics
	case *tfprotov6.ApplyResourceChangeResponse:
		return r.Diagnostics
	case *tfprotov6.ReadResourceResponse:
		return r.Diagnostics
	case *tfprotov6.ImportResourceStateResponse:
		return r.Diagnostics
	case invoked:
		return r.Diagnostics
	case *tfprotov6.PlanActionResponse:
		return r.Diagnostics
	case *tfprotov6.ValidateActionConfigResponse:
		return r.Diagnostics
	case *tfprotov6.ListResourceResult:
		return r.Diagnostics
	case *tfprotov6.ValidateListResourceConfigResponse:
		return r.Diagnostics
	case *tfprotov6.OpenEphemeralResourceResponse:
		return r.Diagnostics
	case *tfprotov6.RenewEphemeralResourceResponse:
		return r.Diagnostics
	case *tfprotov6.CloseEphemeralResourceResponse:
		return r.Diagnostics
	case *tfprotov6.ValidateEphemeralResourceConfigResponse:
		return r.Diagnostics
	case *tfprotov6.ReadDataSourceResponse:
		return r.Diagnostics
	case *tfprotov6.UpgradeResourceStateResponse:
		return r.Diagnostics
	case *tfprotov6.GetProviderSchemaResponse:
		return r.Diagnostics
	}
	panic("a response without diagnostics")
}

// pathOf writes the path of a diagnostic as HCL does: targets[1], fail_on.severity.
func pathOf(d *tfprotov6.Diagnostic) string {
	if d.Attribute == nil {
		return ""
	}
	var b strings.Builder
	for i, step := range d.Attribute.Steps() {
		switch s := step.(type) {
		case tftypes.AttributeName:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(string(s))
		case tftypes.ElementKeyInt:
			b.WriteString("[" + big.NewInt(int64(s)).String() + "]")
		}
	}
	return b.String()
}

// wantDiagnostic fails the test unless there is a diagnostic at path whose text
// holds every one of parts.
func wantDiagnostic(t testing.TB, resp any, severity tfprotov6.DiagnosticSeverity, path string, parts ...string) {
	t.Helper()
	var seen []string
	for _, d := range diagnosticsOf(resp) {
		text := d.Summary + "\n" + d.Detail
		seen = append(seen, pathOf(d)+": "+text)
		isIn := func(part string) bool { return strings.Contains(text, part) }
		if d.Severity == severity && pathOf(d) == path && !slices.ContainsFunc(parts, func(p string) bool { return !isIn(p) }) {
			return
		}
	}
	t.Errorf("no %v at %q with %q; there are:\n%s", severity, path, parts, strings.Join(seen, "\n"))
}

func wantError(t testing.TB, resp any, path string, parts ...string) {
	t.Helper()
	wantDiagnostic(t, resp, tfprotov6.DiagnosticSeverityError, path, parts...)
}

func wantWarning(t testing.TB, resp any, path string, parts ...string) {
	t.Helper()
	wantDiagnostic(t, resp, tfprotov6.DiagnosticSeverityWarning, path, parts...)
}

// valueOf makes a value of a type from plain Go values.
func valueOf(t testing.TB, typ tftypes.Type, v any) tftypes.Value {
	t.Helper()
	switch v := v.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case object:
		return objectValue(t, typ, v)
	case []string:
		elements := make([]any, len(v))
		for i, e := range v {
			elements[i] = e
		}
		return valueOf(t, typ, elements)
	case []any:
		elements := make([]tftypes.Value, len(v))
		for i, e := range v {
			elements[i] = valueOf(t, elementType(t, typ), e)
		}
		return tftypes.NewValue(typ, elements)
	default:
		return tftypes.NewValue(typ, v)
	}
}

func elementType(t testing.TB, typ tftypes.Type) tftypes.Type {
	t.Helper()
	if set, ok := typ.(tftypes.Set); ok {
		return set.ElementType
	}
	list, ok := typ.(tftypes.List)
	if !ok {
		t.Fatalf("%s is no list", typ)
	}
	return list.ElementType
}

func objectValue(t testing.TB, typ tftypes.Type, members object) tftypes.Value {
	t.Helper()
	values := map[string]tftypes.Value{}
	if m, ok := typ.(tftypes.Map); ok {
		for name, v := range members {
			values[name] = valueOf(t, m.ElementType, v)
		}
		return tftypes.NewValue(typ, values)
	}
	of, ok := typ.(tftypes.Object)
	if !ok {
		t.Fatalf("%s is no object", typ)
	}
	for name := range maps.Keys(members) {
		if of.AttributeTypes[name] == nil {
			t.Fatalf("there is no attribute %q", name)
		}
	}
	for name, member := range of.AttributeTypes {
		values[name] = valueOf(t, member, members[name])
	}
	return tftypes.NewValue(typ, values)
}

// member reads a member of an object, which may be null.
func member(t testing.TB, v tftypes.Value, name string) tftypes.Value {
	t.Helper()
	members := map[string]tftypes.Value{}
	if err := v.As(&members); err != nil {
		t.Fatal(err)
	}
	m, ok := members[name]
	if !ok {
		t.Fatalf("there is no member %q", name)
	}
	return m
}

func text(t testing.TB, v tftypes.Value, name string) string {
	t.Helper()
	var s *string
	if err := member(t, v, name).As(&s); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if s == nil {
		return ""
	}
	return *s
}

func number(t testing.TB, v tftypes.Value, name string) int64 {
	t.Helper()
	var n *big.Float
	if err := member(t, v, name).As(&n); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if n == nil {
		return -1
	}
	i, _ := n.Int64()
	return i
}
