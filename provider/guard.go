package provider

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// guard says what the provider block lets be scanned. It judges targets as they are
// written, before anything is created; where packets may go is the engine's to say.
type guard struct {
	allowed []guardList // a target has to be in each
	denied  guardList
}

// guardList is one list of the provider block, or of the environment.
type guardList struct {
	source   string // where it stands, for people
	prefixes []netip.Prefix
	names    []string // canonical; "*.example.com" stands for what is below
}

// newGuard reads the lists that are set and known.
func (p *Provider) newGuard(config providerModel, diags *diag.Diagnostics) guard {
	var g guard
	for _, list := range []guardList{
		p.guardOfEnvironment("PORTOLAN_ALLOWED_TARGETS", diags),
		guardOfList("allowed_targets", config.AllowedTargets),
	} {
		if list.source != "" {
			g.allowed = append(g.allowed, list)
		}
	}
	environment, block := p.guardOfEnvironment("PORTOLAN_DENIED_TARGETS", diags), guardOfList("denied_targets", config.DeniedTargets)
	g.denied.prefixes = append(environment.prefixes, block.prefixes...)
	g.denied.names = append(environment.names, block.names...)
	return g
}

// guardOfList reads a list of the block; one that is not set has no source, one that is
// empty lets nothing pass.
func guardOfList(name string, list types.List) guardList {
	if list.IsNull() || !isWhollyKnown(list) {
		return guardList{}
	}
	g := guardList{source: name}
	for _, entry := range stringsOf(list) {
		g.add(entry)
	}
	return g
}

func (p *Provider) guardOfEnvironment(variable string, diags *diag.Diagnostics) guardList {
	text := p.getenv(variable)
	if text == "" {
		return guardList{}
	}
	g := guardList{source: variable}
	for entry := range strings.SplitSeq(text, ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		if err := checkGuardEntry(entry); err != nil {
			diags.AddError("Guard of the environment is not valid", variable+": "+clean(err.Error(), textLength))
			continue
		}
		g.add(entry)
	}
	return g
}

func (g *guardList) add(entry string) {
	target := engine.Target(entry)
	if prefix, ok := target.Prefix(); ok {
		g.prefixes = append(g.prefixes, prefix)
		return
	}
	g.names = append(g.names, string(target.Canonical()))
}

// checkGuardEntry reports an entry that stands for nothing that can be scanned.
func checkGuardEntry(entry string) error {
	return engine.Target(strings.TrimPrefix(entry, "*.")).Validate()
}

// check reports what may not be scanned. Exclusions take what is denied out of a range.
func (g guard) check(targets, exclude []engine.Target) error {
	for i, t := range targets {
		if err := g.permit(t, exclude); err != nil {
			return engine.In(fmt.Sprintf("targets[%d]", i), err)
		}
	}
	return nil
}

// checkLists is check for what a plan has of targets and exclude.
func (g guard) checkLists(diags *diag.Diagnostics, targets, exclude types.List) {
	if !isWhollyKnown(exclude) {
		return
	}
	excluded := targetsOf(exclude)
	for i, element := range targets.Elements() {
		v, ok := element.(targetValue)
		if !ok || v.IsUnknown() {
			continue
		}
		if err := g.permit(v.target(), excluded); err != nil {
			addErrorAt(diags, path.Root("targets").AtListIndex(i), err)
		}
	}
}

func (g guard) permit(t engine.Target, exclude []engine.Target) error {
	for _, list := range g.allowed {
		if !list.covers(t) {
			return &engine.Error{
				Kind: engine.Forbidden, Title: "Target is not allowed", Detail: fmt.Sprintf("%s is not within %s of the provider", t, list.source),
				Hint: "scan it with a provider that may, or add it there",
			}
		}
	}
	held := g.denied.heldBy(t, exclude)
	if held == "" {
		return nil
	}
	return &engine.Error{
		Kind: engine.Forbidden, Title: "Target is denied", Detail: fmt.Sprintf("%s holds %s, which the provider may not scan", t, held),
		Hint: "scan less, or take it out with exclude",
	}
}

// covers reports whether all of a target is in the list.
func (g guardList) covers(t engine.Target) bool {
	prefix, isAddress := t.Prefix()
	if !isAddress {
		return g.named(t) != ""
	}
	for _, p := range g.prefixes {
		if p.Bits() <= prefix.Bits() && p.Contains(prefix.Addr()) {
			return true
		}
	}
	return false
}

// heldBy names the first entry of which a target holds anything that is not excluded,
// "" if there is none.
func (g guardList) heldBy(t engine.Target, exclude []engine.Target) string {
	prefix, isAddress := t.Prefix()
	if !isAddress {
		return g.named(t)
	}
	var without guardList
	for _, e := range exclude {
		without.add(string(e))
	}
	for _, p := range g.prefixes {
		common := p
		if prefix.Bits() > p.Bits() {
			common = prefix
		}
		if p.Overlaps(prefix) && !without.covers(engine.Target(common.String())) {
			return p.String()
		}
	}
	return ""
}

// named gives the entry that a name is or is below, "" if there is none.
func (g guardList) named(t engine.Target) string {
	name := string(t.Canonical())
	for _, entry := range g.names {
		if below, ok := strings.CutPrefix(entry, "*"); name == entry || ok && strings.HasSuffix(name, below) {
			return entry
		}
	}
	return ""
}

// guardValidator checks the entries of a list of the block.
type guardValidator struct{}

var _ validator.List = guardValidator{}

func (guardValidator) Description(context.Context) string { return "addresses, CIDRs and names" }

func (v guardValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (guardValidator) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	for i, element := range req.ConfigValue.Elements() {
		entry, ok := element.(types.String)
		if !ok || entry.IsUnknown() {
			continue
		}
		if err := checkGuardEntry(entry.ValueString()); err != nil {
			addErrorAt(&resp.Diagnostics, req.Path.AtListIndex(i), err)
		}
	}
}
