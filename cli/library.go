package cli

import (
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
	all, err := check.Load()
	if err != nil {
		return nil, nil, err
	}
	if c.folder != "" {
		own, err := verifyChecks(c.folder)
		if err != nil {
			return nil, nil, about("--checks", badChecks(err))
		}
		if all, err = all.With(own); err != nil {
			return nil, nil, about("--checks", err)
		}
	}
	if library, err = all.Select(c.only, c.skip); err != nil {
		return nil, nil, about("--only, --skip", err)
	}
	return library, server.RulesWith(all), nil
}

// forEngine gives the checks for the engine in this process, nil for all those built in,
// and the rules for a policy. A server asks its own.
func (c *checkFlags) forEngine(e *engineFlags) (*check.Library, []string, error) {
	library, rules, err := c.load()
	if err != nil || !c.isUsed() {
		return nil, rules, err
	}
	if e.endpoint != "" {
		return nil, nil, &engine.Error{Kind: engine.Invalid, Title: "A server asks its own checks", Field: "--checks, --only, --skip", Detail: "they are for the engine in this process", Hint: "leave --endpoint and PORTOLAN_ENDPOINT out"}
	}
	return library, rules, nil
}
