package cli

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// checkFlags say which checks are asked.
type checkFlags struct {
	folder     string
	only, skip []string
}

func addCheckFlags(flags *pflag.FlagSet) *checkFlags {
	c := &checkFlags{}
	flags.StringVar(&c.folder, "checks", "", "folder of checks of your own, asked beside those built in")
	flags.StringSliceVar(&c.only, "only", nil, "checks to ask, by patterns: tls.*,*.no-auth (default all)")
	flags.StringSliceVar(&c.skip, "skip", nil, "checks not to ask, by patterns")
	return c
}

// isUsed tells whether other checks are wanted than all those built in.
func (c *checkFlags) isUsed() bool { return c.folder != "" || len(c.only)+len(c.skip) > 0 }

// load gives the checks that are wanted, and the rules there are, which a policy may name
// although they are not asked.
func (c *checkFlags) load() (library *check.Library, rules []string, err error) {
	all, err := c.all()
	if err != nil {
		return nil, nil, err
	}
	if library, err = all.Select(c.only, c.skip); err != nil {
		return nil, nil, about("--only, --skip", err)
	}
	return library, server.RulesWith(all), nil
}

// catalogue describes what is wanted of all that an engine looks for, what is no check
// included.
func (c *checkFlags) catalogue(ctx context.Context, which *engineFlags, version string) ([]check.Check, error) {
	all, err := c.everything(ctx, which, version)
	if err != nil {
		return nil, err
	}
	chosen, err := check.Select(all, c.only, c.skip)
	if err != nil {
		return nil, about("--only, --skip", err)
	}
	return chosen, nil
}

func (c *checkFlags) everything(ctx context.Context, which *engineFlags, version string) ([]check.Check, error) {
	if which.endpoint == "" {
		all, err := c.all()
		if err != nil {
			return nil, err
		}
		return server.Catalogue(all), nil
	}
	if c.folder != "" {
		return nil, c.refuse()
	}
	remote, stop, err := which.open(ctx, version)
	if err != nil {
		return nil, err
	}
	rules, err := remote.Checks(ctx)
	var all []check.Check
	for _, rule := range rules {
		all = append(all, check.OfRule(rule))
	}
	return all, errors.Join(err, stop())
}

// all gives the checks built in and those of the folder.
func (c *checkFlags) all() (*check.Library, error) {
	all, err := check.Load()
	if err != nil || c.folder == "" {
		return all, err
	}
	own, err := verifyChecks(c.folder)
	if err != nil {
		return nil, about("--checks", badChecks(err))
	}
	if all, err = all.With(own); err != nil {
		return nil, about("--checks", err)
	}
	return all, nil
}

// forEngine gives the checks for the engine in this process, nil for all those built in,
// and the rules for a policy. A server asks its own, and says which those are.
func (c *checkFlags) forEngine(e *engineFlags) (*check.Library, []string, error) {
	if e.endpoint != "" {
		return nil, nil, c.refuse()
	}
	library, rules, err := c.load()
	if err != nil || !c.isUsed() {
		return nil, rules, err
	}
	return library, rules, nil
}

// refuse reports flags that are not for a server.
func (c *checkFlags) refuse() error {
	if !c.isUsed() {
		return nil
	}
	return &engine.Error{Kind: engine.Invalid, Title: "A server asks its own checks", Field: "--checks, --only, --skip", Detail: "they are for the engine in this process", Hint: "leave --endpoint and PORTOLAN_ENDPOINT out"}
}
