package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// maxExpanded is how many targets an expansion may have: an IPv4 /16. Terraform keeps and
// prints each of them.
const maxExpanded = 1 << 16

// newExpandTargetsFunction is expand_targets: every address that targets stand for.
func newExpandTargetsFunction() function.Function {
	return pureFunction{
		name: "expand_targets",
		definition: function.Definition{
			Summary: "Every address and name that targets stand for",
			MarkdownDescription: fmt.Sprintf("CIDRs become their addresses, one by one; addresses and names stay, in their canonical spelling. "+
				"The order is that of the list and each comes once. More than %d are an error: give a scan the CIDRs themselves.", maxExpanded),
			Parameters: []function.Parameter{targetsParameter()},
			Return:     function.ListReturn{ElementType: types.StringType},
		},
		run: func(ctx context.Context, arguments function.ArgumentsData, result *function.ResultData) *function.FuncError {
			targets, err := targetsArgument(ctx, arguments)
			if err != nil {
				return err
			}
			if n := engine.AddressCount(targetSet(targets)); n > maxExpanded {
				return wrongArgument(0, tooMany(n))
			}
			return result.Set(ctx, textList(expand(targets)))
		},
	}
}

func tooMany(n int64) error {
	return &engine.Error{
		Kind: engine.Limit, Title: "Too many targets", Limit: maxExpanded, Current: n,
		Detail: fmt.Sprintf("the targets stand for %d addresses, at most %d are listed", n, maxExpanded),
		Hint:   "give a scan the CIDRs themselves, or split them",
	}
}

// expand gives every target once.
func expand(targets []engine.Target) []engine.Target {
	all, seen := []engine.Target{}, map[engine.Target]bool{}
	add := func(t engine.Target) {
		if !seen[t] {
			seen[t] = true
			all = append(all, t)
		}
	}
	for _, t := range targets {
		prefix, isNetwork := t.Prefix()
		if !isNetwork {
			add(t.Canonical())
			continue
		}
		for addr := prefix.Addr(); prefix.Contains(addr); addr = addr.Next() {
			add(engine.Target(addr.String()))
		}
	}
	return all
}

func nullTarget(i int) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: "Target is not valid", Detail: fmt.Sprintf("the target at [%d] is null", i),
		Hint: "leave it out, or use compact() on the list",
	}
}
