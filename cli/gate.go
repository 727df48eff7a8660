package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/results"
)

// none is the word for no suppressions and no baseline.
const none = "none"

// gateFlags say what findings are judged by: a policy, what was known before, and what
// is set aside.
type gateFlags struct {
	failOn       string
	ignore       []string
	trustIssues  *bool
	against, out string

	rules        []string // there are; nil is not known yet: a server says
	at           time.Time
	judges       bool // there is a policy
	policy       policy.Policy
	suppressions policy.Suppressions
	reference    policy.BaselineRef // auto is resolved
	baseline     policy.Baseline
	getenv       func(string) string
}

func addGateFlags(flags *pflag.FlagSet, failOn string, t Terminal) *gateFlags {
	g := &gateFlags{at: time.Now(), getenv: t.Getenv}
	flags.StringVar(&g.failOn, "fail-on", failOn, "what fails the command: never, [new:]SEVERITY, SEVERITY>=N, rule:GLOB, expr:EXPRESSION; several with commas")
	flags.StringArrayVar(&g.ignore, "suppressions", nil, "file of findings that are set aside, or none; may be given several times (default "+policy.SuppressionFile+" if it is there)")
	g.trustIssues = addTrustFlag(flags)
	flags.StringVar(&g.against, "baseline", none, "what was known before: a FILE of --save-baseline, scan:ID, branch:NAME (its newest complete scan of the same targets), auto (the default branch, in CI), or none")
	flags.StringVar(&g.out, "save-baseline", "", "file to write what is known now to, for a later --baseline")
	return g
}

// addTrustFlag lets a command not trust what was decided about issues.
func addTrustFlag(flags *pflag.FlagSet) *bool {
	return flags.Bool("trust-issues", true, "set aside findings whose issue is accepted or a false positive; =false counts them all the same")
}

// load reads policy and files, so that what is wrong with them is told before a scan.
func (g *gateFlags) load() error {
	var err error
	if g.judges = g.failOn != ""; g.judges {
		if g.policy, err = policy.Parse(g.failOn); err != nil {
			return about("--fail-on", err)
		}
	}
	if err := g.loadSuppressions(); err != nil {
		return err
	}
	if g.rules != nil {
		if err := g.checkRules(); err != nil {
			return err
		}
	}
	return g.loadBaseline()
}

// checkRules refuses a policy with a rule that there is none of: one that is misspelt lets
// everything pass.
func (g *gateFlags) checkRules() error {
	g.suppressions.Rules = g.rules
	return about("--fail-on", g.policy.CheckRules(g.rules))
}

// meet asks an engine what is not known yet: which rules there are, if it is another
// program's, and the baseline, if that is a scan.
func (g *gateFlags) meet(ctx context.Context, t Terminal, c *client.Client, of engine.Scan) (err error) {
	if g.rules == nil {
		if g.rules, err = results.Rules(ctx, c); err != nil {
			return err
		}
		if g.rules != nil {
			if err := g.checkRules(); err != nil {
				return err
			}
		}
	}
	return g.fetch(ctx, t, c, of)
}

// loadSuppressions reads all files that are named; if none is, the usual one may be there.
func (g *gateFlags) loadSuppressions() (err error) {
	g.suppressions.DistrustIssues = !*g.trustIssues
	names, isUsual := g.ignore, len(g.ignore) == 0
	if isUsual {
		names = []string{policy.SuppressionFile}
	}
	for _, name := range names {
		if name == none {
			continue
		}
		text, err := os.ReadFile(name)
		if isUsual && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return badFile("--suppressions", name, err)
		}
		read, err := policy.ReadSuppressions(text, name, g.at)
		if err != nil {
			return about("--suppressions", err)
		}
		g.suppressions.List = append(g.suppressions.List, read.List...)
	}
	return nil
}

// loadBaseline reads which baseline is meant, and the baseline itself if it is a file.
func (g *gateFlags) loadBaseline() error {
	reference, err := policy.ParseBaselineRef(g.against)
	if err != nil {
		return about("--baseline", err)
	}
	if reference.Auto {
		if reference, err = reference.Resolve(defaultBranch(g.getenv)); err != nil {
			return about("--baseline", err)
		}
	}
	if g.reference = reference; reference.File == "" {
		return nil
	}
	file, err := os.Open(reference.File)
	if err != nil {
		return badFile("--baseline", reference.File, err)
	}
	defer func() { _ = file.Close() }()
	if g.baseline, err = policy.ReadBaseline(file, reference.File); err != nil {
		return about("--baseline", err)
	}
	return nil
}

// fetch asks the engine for the baseline of a scan, if that is a scan too, and says so
// if a branch has none yet. The scan may not be created yet.
func (g *gateFlags) fetch(ctx context.Context, t Terminal, c *client.Client, of engine.Scan) error {
	if g.reference.Scan == 0 && g.reference.Branch == "" {
		return nil
	}
	baseline, id, err := results.Baseline(ctx, c, g.reference, of)
	if err != nil {
		return about("--baseline", err)
	}
	if g.baseline = baseline; id == 0 {
		_, _ = fmt.Fprintf(t.Err, "portolan: notice: branch %s has no complete scan of these targets yet: all findings are new\n", printable(g.reference.Branch))
	}
	return nil
}

// assess compares findings with the baseline and sets aside what is suppressed.
func (g *gateFlags) assess(found engine.Results) policy.Assessment {
	return policy.Assess(engine.NewSight(found), found.Findings, g.baseline, g.suppressions, g.at)
}

// saveBaseline writes what is known now, suppressed or not: a suppression that ends
// makes nothing new.
func (g *gateFlags) saveBaseline(found engine.Results) error {
	if g.out == "" {
		return nil
	}
	known := policy.BaselineOf(g.out, found, g.baseline)
	err := writeFile(g.out, modePublic, func(w io.Writer) error { return policy.WriteBaseline(w, known) })
	if err != nil {
		return badFile("--save-baseline", g.out, err)
	}
	return nil
}
