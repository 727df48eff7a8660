package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// pureFunction is a function of its arguments alone: it asks no engine and needs no
// configured provider.
type pureFunction struct {
	name       string
	definition function.Definition
	run        func(ctx context.Context, arguments function.ArgumentsData, result *function.ResultData) *function.FuncError
}

var _ function.Function = pureFunction{}

// Metadata names the function: provider::portolan::NAME.
func (f pureFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

// Definition describes it.
func (f pureFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = f.definition
}

// Run computes it.
func (f pureFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	resp.Error = f.run(ctx, req.Arguments, &resp.Result)
}

// wrongArgument says what is wrong with the argument at position, and what to write.
func wrongArgument(position int64, err error) *function.FuncError {
	var e *engine.Error
	if !errors.As(err, &e) {
		return function.NewArgumentFuncError(position, clean(err.Error(), textLength))
	}
	return function.NewArgumentFuncError(position, errorDetail(e))
}

// targetsParameter is the list of targets that functions take.
func targetsParameter() function.Parameter {
	return function.ListParameter{
		Name: "targets", ElementType: types.StringType,
		MarkdownDescription: "IPv4 and IPv6 addresses, CIDRs and domain names.",
	}
}

// targetsArgument reads the first argument as targets. Each of them is valid.
func targetsArgument(ctx context.Context, arguments function.ArgumentsData) ([]engine.Target, *function.FuncError) {
	var list types.List
	if err := arguments.GetArgument(ctx, 0, &list); err != nil {
		return nil, err
	}
	targets := make([]engine.Target, len(list.Elements()))
	for i, element := range list.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsNull() {
			return nil, wrongArgument(0, nullTarget(i))
		}
		targets[i] = engine.Target(text.ValueString())
	}
	if len(targets) == 0 {
		return targets, nil // no targets are no mistake of a function
	}
	if err := engine.ValidateTargets(targets); err != nil {
		return nil, wrongArgument(0, err)
	}
	return targets, nil
}

// targetArgument reads the first argument as one target.
func targetArgument(ctx context.Context, arguments function.ArgumentsData) (engine.Target, *function.FuncError) {
	var text string
	if err := arguments.GetArgument(ctx, 0, &text); err != nil {
		return "", err
	}
	target := engine.Target(text)
	if err := target.Validate(); err != nil {
		return "", wrongArgument(0, err)
	}
	return target, nil
}

func targetParameter() function.Parameter {
	return function.StringParameter{Name: "target", MarkdownDescription: "An IPv4 or IPv6 address, a CIDR or a domain name."}
}

// severityArgument reads the argument at position as a severity.
func severityArgument(ctx context.Context, arguments function.ArgumentsData, position int) (engine.Severity, *function.FuncError) {
	var text string
	if err := arguments.GetArgument(ctx, position, &text); err != nil {
		return "", err
	}
	severity := engine.Severity(text)
	if err := severity.Validate(); err != nil {
		return "", wrongArgument(int64(position), err)
	}
	return severity, nil
}

func severityParameter() function.Parameter {
	return function.StringParameter{Name: "severity", MarkdownDescription: "`critical`, `high`, `medium`, `low` or `info`."}
}

// textList gives words of ours as the value of a list.
func textList[W ~string](words []W) types.List {
	elements := make([]attr.Value, len(words))
	for i, w := range words {
		elements[i] = types.StringValue(string(w))
	}
	return types.ListValueMust(types.StringType, elements)
}

// targetFunction is a function that says one thing of a target.
func targetFunction(name, summary, doc string, of func(engine.Target) string) function.Function {
	return pureFunction{
		name: name,
		definition: function.Definition{
			Summary: summary, MarkdownDescription: doc, Parameters: []function.Parameter{targetParameter()}, Return: function.StringReturn{},
		},
		run: func(ctx context.Context, arguments function.ArgumentsData, result *function.ResultData) *function.FuncError {
			target, err := targetArgument(ctx, arguments)
			if err != nil {
				return err
			}
			return result.Set(ctx, of(target))
		},
	}
}
