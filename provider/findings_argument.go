package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// findingsGiven is a list of findings as a function is given it. It may have members
// that are not ours and lack most of those that are.
type findingsGiven struct {
	findings    []engine.Finding
	elements    []attr.Value // what each was read from
	elementType attr.Type    // nil if each has its own
}

func findingsParameter() function.Parameter {
	return function.DynamicParameter{
		Name:                "findings",
		MarkdownDescription: "A list of findings, such as `data.portolan_findings.NAME.findings`.",
	}
}

// findingsArgument reads the first argument as findings: any list of objects with a
// severity.
func findingsArgument(ctx context.Context, arguments function.ArgumentsData) (findingsGiven, *function.FuncError) {
	var argument types.Dynamic
	if err := arguments.GetArgument(ctx, 0, &argument); err != nil {
		return findingsGiven{}, err
	}
	var given findingsGiven
	switch list := argument.UnderlyingValue().(type) {
	case types.List:
		given.elements, given.elementType = list.Elements(), list.ElementType(ctx)
	case types.Set:
		given.elements, given.elementType = list.Elements(), list.ElementType(ctx)
	case types.Tuple:
		given.elements = list.Elements()
	default:
		return findingsGiven{}, wrongArgument(0, noFindings("the value is no list", "give a list of findings, such as data.portolan_findings.NAME.findings"))
	}
	for i, element := range given.elements {
		finding, ok := findingOf(element)
		if !ok {
			return findingsGiven{}, wrongArgument(0, noFindings(fmt.Sprintf("element %d has no member severity", i), "give objects such as those of data.portolan_findings.NAME.findings"))
		}
		if finding.Severity.Validate() != nil {
			return findingsGiven{}, wrongArgument(0, noFindings(fmt.Sprintf("element %d has the severity %q", i, finding.Severity), "severities are "+strings.Join(engine.SeverityWords(), ", ")))
		}
		given.findings = append(given.findings, finding)
	}
	return given, nil
}

func noFindings(detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Findings are not valid", Detail: detail, Hint: hint}
}

// findingOf reads one finding. What it lacks is empty, but a severity there has to be.
func findingOf(element attr.Value) (f engine.Finding, ok bool) {
	members := membersOf(element)
	text := func(name string) string {
		value, _ := members[name].(types.String)
		return value.ValueString()
	}
	_, ok = members["severity"].(types.String)
	return engine.Finding{
		Fingerprint: text("id"), Rule: text("rule"), Title: text("title"), Severity: engine.Severity(text("severity")),
		Target: engine.Target(text("target")), Host: text("host"), IP: text("ip"), Port: intMember(members["port"]),
		Protocol: text("protocol"), Path: text("path"), URI: text("uri"), Evidence: text("evidence"), Remedy: text("remedy"),
		References: textsMember(members["references"]), CWE: textsMember(members["cwe"]), Tags: textsMember(members["tags"]), Owner: text("owner"),
	}, ok
}

// membersOf gives the members of an object or a map, none of anything else.
func membersOf(value attr.Value) map[string]attr.Value {
	switch v := value.(type) {
	case types.Object:
		return v.Attributes()
	case types.Map:
		return v.Elements()
	}
	return nil
}

func intMember(value attr.Value) int {
	number, ok := value.(types.Number)
	if !ok || number.IsNull() {
		return 0
	}
	n, _ := number.ValueBigFloat().Int64()
	return int(n)
}

func textsMember(value attr.Value) []string {
	var elements []attr.Value
	switch v := value.(type) {
	case types.List:
		elements = v.Elements()
	case types.Tuple:
		elements = v.Elements()
	}
	var words []string
	for _, e := range elements {
		if s, ok := e.(types.String); ok && !s.IsNull() {
			words = append(words, s.ValueString())
		}
	}
	return words
}
