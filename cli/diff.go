package cli

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// diff is `portolan diff`: what changed from one scan to a later one.
func diff(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error) {
	flags := pflag.NewFlagSet("portolan diff", pflag.ContinueOnError)
	which, page := addEngineFlags(flags, t), addPages(flags, pages.DiffFormats())
	trusts := addTrustFlag(flags)
	if err := errors.Join(parse(flags, t, args), page.validate()); err != nil {
		return policy.ExitPassed, err
	}
	base, id, err := chooseTwo(flags.Args())
	if err != nil {
		return policy.ExitPassed, err
	}
	c, stop, err := which.open(ctx, version)
	if err != nil {
		return policy.ExitPassed, err
	}
	return policy.ExitPassed, errors.Join(compareScans(ctx, t, c, base, id, *trusts, page), stop())
}

// chooseTwo gives the scans to compare, 0 for a base that is not named.
func chooseTwo(args []string) (base, id engine.ScanID, err error) {
	switch len(args) {
	case 1:
		id, err = scanID(args[0])
		return 0, id, err
	case 2:
		if base, err = scanID(args[0]); err != nil {
			return 0, 0, err
		}
		id, err = scanID(args[1])
		return base, id, err
	}
	return 0, 0, &engine.Error{Kind: engine.Invalid, Title: "Scans are not named", Detail: "two scans are compared, the earlier one first", Hint: "name one to compare it with the newest complete scan before it of the same owner, targets and ports"}
}

func compareScans(ctx context.Context, t Terminal, c *client.Client, base, id engine.ScanID, trusts bool, page *pageFlags) error {
	changed, err := c.Diff(ctx, id, base)
	if err != nil {
		return err
	}
	if !trusts {
		changed.TakeBack()
	}
	return page.writeDiff(t, changed)
}
