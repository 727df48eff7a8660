// Package cli is Portolan for people at a terminal: scan, report and search. Begin
// with [Main].
//
// It knows no more of scanning than any other client: it starts the engine inside
// this process, or calls one over HTTP, and speaks to both through client.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// Terminal is the world a command runs in.
type Terminal struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
}

// command is one word of the command line. Its run gets the arguments after the word.
type command struct {
	name, usage, summary string
	run                  func(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error)
}

// commands lists every command once. Those without a run have doors of their own, and
// are here for the help.
func commands() []command {
	return []command{
		{"scan", "scan TARGET…", "scan addresses, CIDRs or names and show what is open and what is wrong", scan},
		{"report", "report [SCAN]", "show a scan again, as a table or for programs, pages and dashboards", report},
		{"diff", "diff SCAN SCAN", "show what changed from one scan to a later one", diff},
		{"expect", "expect [SCAN]", "declare what a scan found open, as a start for what should be", expect},
		{"suppress", "suppress ID…", "set findings aside for a time, with a reason", suppress},
		{"issues", "issues COMMAND", "what is to be done: findings that are followed from scan to scan", issues},
		{"profile", "profile COMMAND", "how scans go about their work, declared on a server: list, show, delete", profiles},
		{"target", "target COMMAND", "targets that are declared on a server: list, show, delete", declaredTargets},
		{"schedule", "schedule COMMAND", "scans at the times of a rule: list and show schedules, run one now", schedule},
		{"search", "search QUERY", "search everything scans have seen", search},
		{"checks", "checks COMMAND", "what is looked for: list and show checks, and test checks of your own", checks},
		{"discover", "discover TARGET…", "only find open ports, one JSON object a line, for pipes", discover},
		{"probe", "probe ENDPOINT…", "only name the services behind open ports, one JSON object a line", probe},
		{"resolve", "resolve NAME…", "only find the addresses of names, one JSON object a line", resolve},
		{"serve", "serve", "run the engine as a server for many users", nil},
		{"user", "user COMMAND", "people who may use the engine, and their keys", nil},
		{"team", "team COMMAND", "people who read each other's scans", nil},
		{"plan", "plan COMMAND", "how much people may do", nil},
		{"feed", "feed COMMAND", "known vulnerabilities: import lists of them, see what is there", nil},
		{"action", "action COMMAND", "a step of GitHub Actions; see action/action.yml", nil},
		{"provider", "provider", "run as a Terraform provider under a debugger", nil},
		{"version", "version", "print the version", printVersion},
	}
}

// Main runs a command and returns its exit code; see [policy.Exit].
func Main(ctx context.Context, args []string, t Terminal, version string) int {
	if len(args) > 0 && args[0] == "--version" {
		args = []string{"version"}
	}
	if len(args) == 0 || slices.Contains([]string{"help", "--help", "-h"}, args[0]) {
		printHelp(t.Out)
		return int(policy.ExitPassed)
	}
	for _, c := range commands() {
		if c.name == args[0] && c.run != nil {
			exit, err := c.run(ctx, t, args[1:], version)
			return int(conclude(t, exit, err))
		}
	}
	_, _ = fmt.Fprintf(t.Err, "portolan: unknown command %q; see portolan help\n", args[0])
	return int(policy.ExitUsage)
}

// conclude prints an error for a person and gives the exit code.
func conclude(t Terminal, exit policy.Exit, err error) policy.Exit {
	if errors.Is(err, pflag.ErrHelp) {
		return policy.ExitPassed
	}
	if err == nil {
		return exit
	}
	if exit == policy.ExitPassed && errors.Is(err, context.Canceled) {
		_, _ = fmt.Fprintln(t.Err, "portolan: interrupted")
		return policy.ExitCancelled
	}
	var known *engine.Error
	_, _ = fmt.Fprintln(t.Err, "portolan:", err)
	if errors.As(err, &known) && known.Field != "" {
		_, _ = fmt.Fprintln(t.Err, "  at:", known.Field)
	}
	if exit != policy.ExitPassed {
		return exit
	}
	return policy.ExitOf(err)
}

func printHelp(out io.Writer) {
	_, _ = fmt.Fprint(out, "Portolan compares what you expose with what you meant to.\n\nUsage: portolan COMMAND\n\n")
	for _, c := range commands() {
		_, _ = fmt.Fprintf(out, "  %-16s %s\n", c.usage, c.summary)
	}
	_, _ = fmt.Fprint(out, "\nportolan COMMAND --help tells more. Started by Terraform it is the provider.\n")
}

func printVersion(_ context.Context, t Terminal, _ []string, version string) (policy.Exit, error) {
	_, err := fmt.Fprintln(t.Out, "portolan", version)
	return policy.ExitPassed, err
}

// parse parses flags; what is wrong with them is the user's error.
func parse(flags *pflag.FlagSet, t Terminal, args []string) error {
	flags.SetOutput(t.Err)
	err := flags.Parse(args)
	if err != nil && !errors.Is(err, pflag.ErrHelp) {
		return &engine.Error{Kind: engine.Invalid, Title: "Command line is not valid", Detail: err.Error(), Hint: flags.Name() + " --help lists what there is", Err: err}
	}
	return err
}
