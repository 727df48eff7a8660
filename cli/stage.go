package cli

import (
	"log/slog"
	"slices"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/stage"
)

// stageFlags are those of every command that runs one stage alone.
type stageFlags struct {
	config    stage.Config
	allow     string
	resolvers string
	exclude   []string
	out       *outputFlags
}

func addStageFlags(flags *pflag.FlagSet, t Terminal) *stageFlags {
	f := &stageFlags{out: addOutputFlags(flags)}
	f.config.Log = slog.New(slog.NewTextHandler(t.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	flags.StringVar(&f.allow, "allow", "", "comma list of addresses and CIDRs that may be reached beyond public, private and loopback ranges")
	flags.StringSliceVar(&f.exclude, "exclude", nil, "addresses and CIDRs never to touch")
	flags.StringVar(&f.resolvers, "resolvers", "", "comma list of name servers to ask, such as 192.0.2.53,192.0.2.54:5353; without it the system's")
	return f
}

// finish reads what the flags say.
func (f *stageFlags) finish() error {
	if err := f.out.validate(); err != nil {
		return err
	}
	if err := f.config.Profile.Validate(); err != nil {
		return err
	}
	allow, err := engine.ParsePrefixes(f.allow)
	if err != nil {
		return about("--allow", err)
	}
	f.config.Allow = slices.Concat(engine.LoopbackPrefixes(), allow)
	for _, item := range f.exclude {
		prefixes, err := engine.ParsePrefixes(item)
		if err != nil {
			return about("--exclude", err)
		}
		f.config.Exclude = append(f.config.Exclude, prefixes...)
	}
	if f.config.Resolvers, err = stage.ParseResolvers(f.resolvers); err != nil {
		return about("--resolvers", err)
	}
	return nil
}
