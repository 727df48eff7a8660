package cli

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/stage"
)

// resolveFlags are the flags of `portolan resolve`.
type resolveFlags struct {
	*stageFlags

	names []string
}

func parseResolve(t Terminal, args []string) (*resolveFlags, error) {
	flags := pflag.NewFlagSet("portolan resolve", pflag.ContinueOnError)
	f := &resolveFlags{stageFlags: addStageFlags(flags, t)}
	file := flags.String("targets-file", "", "file of names, one a line; - is standard input")
	flags.StringVar((*string)(&f.config.Family), "family", string(stage.BothFamilies), "addresses to look for: 4, 6, both")
	if err := parse(flags, t, args); err != nil {
		return nil, err
	}
	if err := f.finish(); err != nil {
		return nil, err
	}
	targets, err := t.targetsOf(flags.Args(), "--targets-file", *file)
	for _, target := range targets {
		f.names = append(f.names, string(target))
	}
	return f, err
}

// resolve is `portolan resolve`: the addresses of names, one JSON object a line.
func resolve(ctx context.Context, t Terminal, args []string, _ string) (policy.Exit, error) {
	f, err := parseResolve(t, args)
	if err != nil {
		return policy.ExitPassed, err
	}
	out, err := f.out.open(t, false)
	if err != nil {
		return policy.ExitPassed, err
	}
	m := newMeter(t.Err, "with an address")
	err = stage.Resolve(ctx, f.config, f.names, func(n stage.Name) error { return out.put(n) }, m.show)
	err = errors.Join(err, out.close())
	m.end()
	return policy.ExitPassed, err
}
