package cli

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/stage"
)

// discoverFlags are the flags of `portolan discover`.
type discoverFlags struct {
	*stageFlags

	what   stage.Discovery
	resume resumeFile[stage.Cursor]
}

func parseDiscover(t Terminal, args []string) (*discoverFlags, error) {
	flags := pflag.NewFlagSet("portolan discover", pflag.ContinueOnError)
	f := &discoverFlags{stageFlags: addStageFlags(flags, t)}
	file := flags.String("targets-file", "", "file of addresses, CIDRs and names, one a line; - is standard input")
	flags.StringVar((*string)(&f.what.Ports), "ports", string(engine.PortsDefault), "ports, ranges and sets (common, default, all): 22,80,8000-8100,53/udp")
	flags.BoolVar(&f.what.Services, "services", false, "name the service behind each open port too")
	flags.StringVar(&f.config.Interface, "interface", "", "network interface that SYN packets leave by")
	addProfileFlags(flags, &f.config.Profile)
	addResumeFlag(flags, &f.resume.name)
	if err := parse(flags, t, args); err != nil {
		return nil, err
	}
	if err := errors.Join(f.finish(), f.what.Ports.Validate()); err != nil {
		return nil, err
	}
	var err error
	f.what.Config = f.config
	f.what.Targets, err = t.targetsOf(flags.Args(), "--targets-file", *file)
	return f, err
}

// discover is `portolan discover`: open ports, one JSON object a line.
func discover(ctx context.Context, t Terminal, args []string, _ string) (policy.Exit, error) {
	f, err := parseDiscover(t, args)
	if err != nil {
		return policy.ExitPassed, err
	}
	return runStage(ctx, t, f.stageFlags, f.resume, "open", func(c course[stage.Cursor]) (*stage.Cursor, error) {
		f.what.From, f.what.Take, f.what.Progress, f.what.Mode = c.from, c.take, c.progress, c.say
		return stage.Discover(ctx, f.what)
	})
}
