package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// expectSchema describes what should be exposed. It is an attribute and not a block,
// because an empty list says something that no block says nothing of.
func expectSchema(modifiers ...planmodifier.List) schema.Attribute {
	members := map[string]schema.Attribute{}
	for name, description := range expectDescriptions() {
		members[name] = schema.StringAttribute{Optional: name != "port", Required: name == "port", MarkdownDescription: description}
	}
	members["optional"] = schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether it may also be away. Default `false`."}
	return schema.ListNestedAttribute{
		Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: members},
		MarkdownDescription: "What should be exposed. A port that is open and not in the list is a finding (`exposure.undeclared`), and so are one in the list that is not open (`exposure.missing`), " +
			"another service there (`exposure.other-service`) and older TLS (`exposure.old-tls`); all are `high`. Unset, nothing is declared; an empty list declares that nothing is open.",
		Validators:    []validator.List{listvalidator.SizeAtMost(engine.MaxExpectations)},
		PlanModifiers: modifiers,
	}
}

func expectDescriptions() map[string]string {
	return map[string]string{
		"host":     "A name, an address or a CIDR among the targets; unset, any of them. A single one has to be there, the others may.",
		"port":     "A port, a list or a range, as in `443`, `80,443` or `8000-8010`. Each port has to be open, one of a range may.",
		"protocol": "`tcp` (default) or `udp`.",
		"service":  "What has to speak there, as documents of a scan call it: `https`, `ssh`, `postgres`. `http` is also `https`.",
		"tls_min":  "The oldest version of TLS that may be accepted: `1.0`, `1.1`, `1.2` or `1.3`. TLS has to be offered.",
		"owner":    "Who is answerable, for example `@team-web`. Every finding at that place names the owner.",
	}
}

// expectType is the type of one expectation.
func expectType() types.ObjectType {
	members := map[string]attr.Type{"optional": types.BoolType}
	for name := range expectDescriptions() {
		members[name] = types.StringType
	}
	return types.ObjectType{AttrTypes: members}
}

// expectationsOf gives what a list declares; nil for null. known is false if any part
// of it has no value yet.
func expectationsOf(list types.List) (expect []engine.Expectation, known bool) {
	if list.IsNull() || list.IsUnknown() {
		return nil, !list.IsUnknown()
	}
	expect, known = []engine.Expectation{}, true
	for _, element := range list.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsUnknown() {
			return nil, false
		}
		e, isKnown := expectationOf(object.Attributes())
		expect, known = append(expect, e), known && isKnown
	}
	return expect, known
}

func expectationOf(members map[string]attr.Value) (e engine.Expectation, known bool) {
	known = true
	text := func(name string) string {
		value, ok := members[name].(types.String)
		known = known && ok && !value.IsUnknown()
		return value.ValueString()
	}
	e = engine.Expectation{
		Host: engine.Target(text("host")), Port: engine.Ports(text("port")), Protocol: text("protocol"),
		Service: text("service"), TLSMin: text("tls_min"), Owner: text("owner"),
	}
	optional, ok := members["optional"].(types.Bool)
	e.Optional = optional.ValueBool()
	return e, known && ok && !optional.IsUnknown()
}

// listOfExpectations is the reverse of expectationsOf.
func listOfExpectations(expect []engine.Expectation) types.List {
	if expect == nil {
		return types.ListNull(expectType())
	}
	text := func(s string) types.String {
		if s == "" {
			return types.StringNull()
		}
		return types.StringValue(s)
	}
	elements := make([]attr.Value, len(expect))
	for i, e := range expect {
		optional := types.BoolNull()
		if e.Optional {
			optional = types.BoolValue(true)
		}
		elements[i] = types.ObjectValueMust(expectType().AttrTypes, map[string]attr.Value{
			"host": text(string(e.Host)), "port": text(string(e.Port)), "protocol": text(e.Protocol), "service": text(e.Service),
			"tls_min": text(e.TLSMin), "owner": text(e.Owner), "optional": optional,
		})
	}
	return types.ListValueMust(expectType(), elements)
}

// checkExpectations reports the first expectation that no engine takes: it is judged
// with the targets and ports it is about.
func checkExpectations(diags *diag.Diagnostics, config scanModel) {
	expect, known := expectationsOf(config.Expect)
	if len(expect) == 0 || !known || !isWhollyKnown(config.Targets) || config.Ports.IsUnknown() {
		return
	}
	request := engine.ScanRequest{Targets: targetsOf(config.Targets), Ports: config.Ports.ports(), Expect: expect}
	if err := request.Validate(); err != nil {
		addError(diags, "plan the scan", err, "expect")
	}
}

// sameExpectations tells an engine's list from that of the configuration.
func sameExpectations(a, b []engine.Expectation) bool {
	return (a == nil) == (b == nil) && slices.Equal(a, b)
}
