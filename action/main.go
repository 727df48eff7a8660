// Package action is Portolan as a step of GitHub Actions: it starts a scan, waits for
// it, and fails the job if the policy says so. Begin with [Main].
//
// It knows no more of scanning than any other client, and writes to the runner only
// through action/report. The JavaScript beside it finds this program, starts it and
// hands signals on; it decides nothing.
package action

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/action/report"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// graceTime is how long a cancelled step may take to end: GitHub follows its interrupt
// by another signal after 7.5 s.
const graceTime = 7 * time.Second

// World is what a step runs in.
type World struct {
	In      io.Reader // see attached
	Out     io.Writer // the log
	Environ []string
}

// attached is the argument with which the end of standard input cancels the step: the
// JavaScript that started the program is gone, or was told to stop on a system without
// signals. So no process outlives its job.
const attached = "--attached"

// Main is `portolan action run` and `portolan action post`. It returns the exit code,
// whatever happens within: after ctx is done, soon.
func Main(ctx context.Context, args []string, world World, version string) int {
	getenv := lookup(world.Environ)
	runner := report.New(world.Out, getenv)
	words := append(args, "", "")
	if words[1] == attached {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		go func() {
			_, _ = io.Copy(io.Discard, world.In) // an end and an error mean the same
			cancel()
		}()
	}
	switch words[0] {
	case "run":
		return int(within(ctx, runner, func() policy.Exit { return newRun(runner, world.Environ, version).run(ctx) }))
	case "post":
		return int(within(ctx, runner, func() policy.Exit { return post(ctx, runner, world.Environ, version) }))
	}
	_ = runner.Line("portolan action: say run or post; GitHub Actions does, see action/action.yml")
	return int(policy.ExitUsage)
}

// within runs a step, and ends it in time when ctx is done and what it waits for hangs.
func within(ctx context.Context, runner *report.Runner, step func() policy.Exit) policy.Exit {
	ended := make(chan policy.Exit, 1)
	go func() {
		defer func() {
			if cause := recover(); cause != nil {
				_, _ = runner.Annotate(report.Annotation{Level: report.Error, Title: "Portolan: internal error", Message: fmt.Sprint(cause)})
				ended <- policy.ExitInternal
			}
		}()
		ended <- step()
	}()
	select {
	case exit := <-ended:
		return exit
	case <-ctx.Done():
	}
	timer := time.NewTimer(graceTime)
	defer timer.Stop()
	select {
	case exit := <-ended:
		return exit
	case <-timer.C:
		return policy.ExitCancelled
	}
}

// lookup reads variables as os.Getenv does; of two with one name the last counts.
func lookup(environ []string) func(string) string {
	values := make(map[string]string, len(environ))
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		values[name] = value
	}
	return func(name string) string { return values[name] }
}
