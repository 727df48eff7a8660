package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
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
	addResolversFlag(flags, &f.resolvers)
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

func addResumeFlag(flags *pflag.FlagSet, name *string) {
	flags.StringVar(name, "resume", "", "file that keeps where the command was interrupted, and from which it goes on")
}

// course is what a stage that is under way is told and tells.
type course[Cursor any] struct {
	from     *Cursor // where an earlier run was left; nil is the beginning
	take     func(stage.Open) error
	progress func(stage.Progress)
	say      func(line string)
}

// runStage runs a stage whose results are lines of a file, with a meter that counts
// them under a name, from where it was left.
func runStage[Cursor any](ctx context.Context, t Terminal, f *stageFlags, file resumeFile[Cursor], counts string, run func(course[Cursor]) (*Cursor, error)) (policy.Exit, error) {
	from, err := file.load()
	if err != nil {
		return policy.ExitPassed, err
	}
	out, err := f.out.open(t, from != nil)
	if err != nil {
		return policy.ExitPassed, err
	}
	m := newMeter(t.Err, counts)
	cursor, err := run(course[Cursor]{
		from: from, say: m.say,
		take: func(o stage.Open) error { return out.put(o) },
		progress: func(p stage.Progress) {
			_ = out.flush() // the next line says what is wrong
			m.show(p)
		},
	})
	err = errors.Join(err, out.close())
	m.end()
	return concludeStage(ctx, t, file, cursor, err)
}

// concludeStage keeps where a stage was left and says how it ended. When lines were
// lost the resume file stays as it was: what they told is to be found again.
func concludeStage[Cursor any](ctx context.Context, t Terminal, file resumeFile[Cursor], cursor *Cursor, err error) (policy.Exit, error) {
	if errors.Is(err, errOutput) {
		return policy.ExitPassed, err
	}
	if kept := file.keep(cursor); kept != nil {
		return policy.ExitPassed, errors.Join(err, kept)
	}
	if ctx.Err() == nil || !errors.Is(err, ctx.Err()) {
		return policy.ExitPassed, err
	}
	hint := "give --resume FILE to go on from there another time"
	if file.name != "" {
		hint = "the same command goes on from there"
	}
	_, _ = fmt.Fprintf(t.Err, "portolan: interrupted; %s\n", hint)
	return policy.ExitCancelled, nil
}
