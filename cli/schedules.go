package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// shownRuns is how many runs `portolan schedule show` shows.
const shownRuns = 10

// scheduleCommand is one command: what comes after `portolan schedule`.
type scheduleCommand struct {
	name, usage, summary string
	arguments            int
	run                  func(ctx context.Context, t Terminal, c *client.Client, args []string) (value any, page func(io.Writer), err error)
}

// scheduleCommands lists every command once.
func scheduleCommands() []scheduleCommand {
	return []scheduleCommand{
		{"list", "", "list schedules, and when each runs next", 0, listSchedules},
		{"show", "SCHEDULE", "show one schedule and what became of its last runs", 1, showSchedule},
		{"run", "SCHEDULE", "make a scan of a schedule now", 1, runSchedule},
	}
}

// schedule is `portolan schedule`.
func schedule(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error) {
	if len(args) == 0 || slices.Contains([]string{"help", "--help", "-h"}, args[0]) {
		printScheduleHelp(t)
		return policy.ExitPassed, nil
	}
	var words []string
	for _, command := range scheduleCommands() {
		if command.name == args[0] {
			return policy.ExitPassed, command.call(ctx, t, args[1:], version)
		}
		words = append(words, command.name)
	}
	return policy.ExitPassed, &engine.Error{
		Kind: engine.Invalid, Title: "Command line is not valid", Detail: fmt.Sprintf("unknown command %q", args[0]),
		Hint: engine.Meant(args[0], words, "portolan schedule --help lists what there is"),
	}
}

func printScheduleHelp(t Terminal) {
	_, _ = fmt.Fprint(t.Out, "Schedules ask for scans at the times of a rule. Terraform and the API declare them; a server runs them.\n\nUsage: portolan schedule COMMAND\n\n")
	for _, command := range scheduleCommands() {
		_, _ = fmt.Fprintf(t.Out, "  %-16s %s\n", command.name+" "+command.usage, command.summary)
	}
	_, _ = fmt.Fprint(t.Out, "\nSCHEDULE is the number or the name of one.\n")
}

// call runs one command against the engine its flags name.
func (command scheduleCommand) call(ctx context.Context, t Terminal, args []string, version string) error {
	flags := pflag.NewFlagSet(strings.TrimSpace("portolan schedule "+command.name+" "+command.usage), pflag.ContinueOnError)
	which := addEngineFlags(flags, t)
	format := flags.String("format", "table", "table or json")
	if err := parse(flags, t, args); err != nil {
		return err
	}
	if flags.NArg() != command.arguments {
		return &engine.Error{Kind: engine.Invalid, Title: "Command line is not valid", Detail: fmt.Sprintf("%d arguments", flags.NArg()), Hint: "usage: " + flags.Name()}
	}
	if *format != "table" && *format != "json" {
		return &engine.Error{Kind: engine.Invalid, Title: "Format is not valid", Field: "--format", Detail: fmt.Sprintf("%q is not a format of this command", *format), Hint: "write table or json"}
	}
	c, stop, err := which.open(ctx, version)
	if err != nil {
		return err
	}
	value, page, err := command.run(ctx, t, c, flags.Args())
	if err == nil {
		err = showPage(t.Out, *format, value, page)
	}
	return errors.Join(err, stop())
}

// showPage writes value as JSON, or what page writes in columns.
func showPage(out io.Writer, format string, value any, page func(io.Writer)) error {
	if format == "json" {
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, visible(text))
		return err
	}
	columns := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	page(columns)
	return columns.Flush()
}

func listSchedules(ctx context.Context, _ Terminal, c *client.Client, _ []string) (any, func(io.Writer), error) {
	list, err := c.Schedules().List(ctx, client.RecordQuery{})
	return list, func(out io.Writer) {
		fmt.Fprintln(out, "ID\tNAME\tWHEN\tNEXT RUN\tLAST SCAN")
		for _, s := range list {
			fmt.Fprintf(out, "%d\t%s\t%s\t%s\t%s\n", s.ID, visible([]byte(s.Name)), whenOf(s), nextOf(s), lastOf(s))
		}
	}, err
}

func showSchedule(ctx context.Context, _ Terminal, c *client.Client, args []string) (any, func(io.Writer), error) {
	s, err := scheduleOf(ctx, c, args[0])
	if err != nil {
		return nil, nil, err
	}
	runs, err := c.ScheduleRuns(ctx, s.ID, shownRuns)
	value := struct {
		engine.Schedule
		LastRuns []engine.ScheduleRun `json:"last_runs"`
	}{s, runs}
	return value, func(out io.Writer) {
		fmt.Fprintf(out, "Schedule\t%d, %s\nWhen\t%s\nNext run\t%s\nLast scan\t%s\n\n", s.ID, visible([]byte(s.Name)), whenOf(s), nextOf(s), lastOf(s))
		fmt.Fprintln(out, "PLANNED\tOUTCOME\tSCAN\tSTATUS\tWHY NOT")
		for _, run := range runs {
			fmt.Fprintf(out, "%s\t%s\t%d\t%s\t%s\n", run.PlannedAt.UTC().Format(time.RFC3339), run.Outcome, run.ScanID, run.Status, visible([]byte(run.Reason)))
		}
	}, err
}

func runSchedule(ctx context.Context, _ Terminal, c *client.Client, args []string) (any, func(io.Writer), error) {
	s, err := scheduleOf(ctx, c, args[0])
	if err != nil {
		return nil, nil, err
	}
	scan, err := c.RunSchedule(ctx, s.ID)
	return scan, func(out io.Writer) {
		fmt.Fprintf(out, "Scan %d of schedule %s waits for its turn; portolan report %d shows what it finds.\n", scan.ID, visible([]byte(s.Name)), scan.ID)
	}, err
}

// scheduleOf gives a schedule by its number or its name.
func scheduleOf(ctx context.Context, c *client.Client, ref string) (engine.Schedule, error) {
	if id, err := strconv.ParseInt(ref, 10, 64); err == nil {
		s, err := c.Schedules().Get(ctx, engine.RecordID(id))
		if engine.KindOf(err) != engine.NotFound {
			return s, err
		}
	}
	return c.Schedules().Find(ctx, ref)
}

func whenOf(s engine.Schedule) string {
	return visible([]byte(s.Cron + s.RRule + " " + s.TimeZone))
}

func nextOf(s engine.Schedule) string {
	switch {
	case s.NextRunAt != nil:
		return s.NextRunAt.UTC().Format(time.RFC3339)
	case !s.IsEnabled():
		return "not enabled"
	}
	return "never again"
}

func lastOf(s engine.Schedule) string {
	if s.LastScanID == 0 {
		return "none"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", s.LastScanID, s.LastStatus))
}
