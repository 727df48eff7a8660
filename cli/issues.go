package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// issueFlags are the flags of `portolan issues`; each command says which it takes.
type issueFlags struct {
	engine                             *engineFlags
	format                             string
	states, severities, rules, targets []string
	assignee, text, reason, expires    string
	limit, days                        int
}

// issueCommand is one command: what comes after `portolan issues`.
type issueCommand struct {
	name, usage, summary string
	least, most          int // arguments; most < 0 is any number
	flags                func(*pflag.FlagSet, *issueFlags)
	run                  func(ctx context.Context, t Terminal, c *client.Client, f *issueFlags, args []string) error
}

// issueCommands lists every command once.
func issueCommands() []issueCommand {
	return []issueCommand{
		{"list", "", "list what is to be done, the worst first", 0, 0, listFlags, listIssues},
		{"show", "ISSUE", "show one issue and its history", 1, 1, noFlags, showIssue},
		{"accept", "ISSUE…", "live with issues, for good or until a date", 1, -1, acceptFlags, acceptIssues},
		{"false-positive", "ISSUE…", "say that issues are none", 1, -1, reasonFlags, denyIssues},
		{"reopen", "ISSUE…", "take such a decision back", 1, -1, reasonFlags, reopenIssues},
		{"assign", "EMAIL ISSUE…", "give issues to somebody of the team, or to nobody", 2, -1, noFlags, assignIssues},
		{"note", "ISSUE NOTE", "add a note to the history of an issue", 2, 2, noFlags, noteIssue},
		{"trend", "", "count open issues day by day", 0, 0, trendFlags, showTrend},
	}
}

func noFlags(*pflag.FlagSet, *issueFlags) {}

func listFlags(flags *pflag.FlagSet, f *issueFlags) {
	flags.StringSliceVar(&f.states, "state", []string{string(engine.IssuePresent), string(engine.IssueRevived)}, "only in these states, or all")
	flags.StringSliceVar(&f.severities, "severity", nil, "only of these severities")
	flags.StringSliceVar(&f.rules, "rule", nil, "only of these checks")
	flags.StringSliceVar(&f.targets, "target", nil, "only of these targets, names or addresses")
	flags.StringVar(&f.assignee, "assignee", "", "only those given to this e-mail address, or to nobody")
	flags.StringVar(&f.text, "text", "", "only those with this in title, check, place or fingerprint")
	flags.IntVar(&f.limit, "limit", 50, "how many at most; 0 is all")
}

func acceptFlags(flags *pflag.FlagSet, f *issueFlags) {
	reasonFlags(flags, f)
	flags.StringVar(&f.expires, "expires", "", "until when: 2027-01-31, or a time such as 2027-01-31T18:00:00Z; for good without")
}

func reasonFlags(flags *pflag.FlagSet, f *issueFlags) {
	flags.StringVar(&f.reason, "reason", "", "why; nothing is decided without")
}

func trendFlags(flags *pflag.FlagSet, f *issueFlags) {
	flags.IntVar(&f.days, "days", 14, "how many days, of which today is the last")
}

// issues is `portolan issues`.
func issues(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error) {
	if len(args) == 0 || slices.Contains([]string{"help", "--help", "-h"}, args[0]) {
		printIssueHelp(t)
		return policy.ExitPassed, nil
	}
	for _, command := range issueCommands() {
		if command.name == args[0] {
			return policy.ExitPassed, command.call(ctx, t, args[1:], version)
		}
	}
	return policy.ExitPassed, &engine.Error{
		Kind: engine.Invalid, Title: "Command line is not valid", Detail: fmt.Sprintf("unknown command %q", args[0]),
		Hint: engine.Meant(args[0], issueWords(), "portolan issues --help lists what there is"),
	}
}

func issueWords() (words []string) {
	for _, command := range issueCommands() {
		words = append(words, command.name)
	}
	return words
}

func printIssueHelp(t Terminal) {
	_, _ = fmt.Fprint(t.Out, "Issues are what scans find, followed from scan to scan.\n\nUsage: portolan issues COMMAND\n\n")
	for _, command := range issueCommands() {
		_, _ = fmt.Fprintf(t.Out, "  %-24s %s\n", command.name+" "+command.usage, command.summary)
	}
	_, _ = fmt.Fprint(t.Out, "\nportolan issues COMMAND --help tells more.\n")
}

// call runs one command against the engine its flags name.
func (command issueCommand) call(ctx context.Context, t Terminal, args []string, version string) error {
	flags := pflag.NewFlagSet(strings.TrimSpace("portolan issues "+command.name+" "+command.usage), pflag.ContinueOnError)
	f := &issueFlags{engine: addEngineFlags(flags, t)}
	flags.StringVar(&f.format, "format", "table", "table or json")
	command.flags(flags, f)
	if err := parse(flags, t, args); err != nil {
		return err
	}
	if err := command.validate(flags, f); err != nil {
		return err
	}
	c, stop, err := f.engine.open(ctx, version)
	if err != nil {
		return err
	}
	return errors.Join(command.run(ctx, t, c, f, flags.Args()), stop())
}

func (command issueCommand) validate(flags *pflag.FlagSet, f *issueFlags) error {
	if n := flags.NArg(); n < command.least || command.most >= 0 && n > command.most {
		return &engine.Error{Kind: engine.Invalid, Title: "Command line is not valid", Detail: fmt.Sprintf("%d arguments", n), Hint: "usage: " + flags.Name()}
	}
	if f.format != "table" && f.format != "json" {
		return &engine.Error{Kind: engine.Invalid, Title: "Format is not valid", Field: "--format", Detail: fmt.Sprintf("%q is not a format of this command", f.format), Hint: "write table or json"}
	}
	return nil
}

// show writes a page of issues: value as JSON, or what page writes.
func (f *issueFlags) show(t Terminal, value any, page func(pages.Terminal) error) error {
	if f.format == "table" {
		width, color := terminalWidth(t.Out)
		return page(pages.Terminal{Width: width, Color: color && t.Getenv("NO_COLOR") == ""})
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.Out, visible(text))
	return err
}

func listIssues(ctx context.Context, t Terminal, c *client.Client, f *issueFlags, _ []string) error {
	query := client.IssueQuery{Rules: f.rules, Targets: targets(f.targets), Assignee: f.assignee, Text: f.text, Limit: f.limit}
	for _, state := range f.states {
		query.States = append(query.States, engine.IssueState(state))
	}
	if slices.Equal(f.states, []string{"all"}) {
		query.States = nil
	}
	for _, severity := range f.severities {
		query.Severities = append(query.Severities, engine.Severity(severity))
	}
	page, err := c.Issues(ctx, query)
	if err != nil {
		return err
	}
	return f.show(t, page, func(terminal pages.Terminal) error {
		return pages.WriteIssues(t.Out, pages.Issues{Issues: page.Issues, Counts: page.Counts, Terminal: terminal})
	})
}

// issueHistory is an issue as JSON, with its history.
type issueHistory struct {
	engine.Issue
	History []engine.IssueChange `json:"history"`
}

func showIssue(ctx context.Context, t Terminal, c *client.Client, f *issueFlags, args []string) error {
	ids, err := issueIDs(args)
	if err != nil {
		return err
	}
	issue, err := c.Issue(ctx, ids[0])
	if err != nil {
		return err
	}
	history, err := c.IssueHistory(ctx, ids[0])
	if err != nil {
		return err
	}
	return f.show(t, issueHistory{issue, history}, func(terminal pages.Terminal) error {
		return pages.WriteIssue(t.Out, issue, history, terminal)
	})
}

func issueIDs(words []string) ([]engine.IssueID, error) {
	ids := make([]engine.IssueID, len(words))
	for i, word := range words {
		id, err := strconv.ParseInt(word, 10, 64)
		if err != nil || id < 1 {
			return nil, &engine.Error{Kind: engine.Invalid, Title: "Issue is not valid", Detail: fmt.Sprintf("%q is not the number of an issue", word), Hint: "portolan issues list shows the numbers"}
		}
		ids[i] = engine.IssueID(id)
	}
	return ids, nil
}

func acceptIssues(ctx context.Context, t Terminal, c *client.Client, f *issueFlags, args []string) error {
	request := engine.IssueRequest{State: engine.IssueAccepted, Reason: f.reason}
	if f.expires != "" {
		until, err := engine.ParseExpiry(f.expires)
		if err != nil {
			return err
		}
		request.Expires = &until
	}
	return changeIssues(ctx, t, c, f, args, request)
}

func denyIssues(ctx context.Context, t Terminal, c *client.Client, f *issueFlags, args []string) error {
	return changeIssues(ctx, t, c, f, args, engine.IssueRequest{State: engine.IssueFalsePositive, Reason: f.reason})
}

func reopenIssues(ctx context.Context, t Terminal, c *client.Client, f *issueFlags, args []string) error {
	return changeIssues(ctx, t, c, f, args, engine.IssueRequest{State: engine.IssuePresent, Reason: f.reason})
}

func assignIssues(ctx context.Context, t Terminal, c *client.Client, f *issueFlags, args []string) error {
	return changeIssues(ctx, t, c, f, args[1:], engine.IssueRequest{Assignee: args[0]})
}

// changeIssues changes several issues alike and shows those that were changed, also when
// one cannot be.
func changeIssues(ctx context.Context, t Terminal, c *client.Client, f *issueFlags, words []string, request engine.IssueRequest) error {
	ids, err := issueIDs(words)
	if err == nil {
		err = request.Validate(time.Now())
	}
	if err != nil {
		return err
	}
	changed := []engine.Issue{}
	for _, id := range ids {
		issue, failure := c.ChangeIssue(ctx, id, request)
		if failure != nil {
			err = failure
			break
		}
		changed = append(changed, issue)
	}
	return errors.Join(f.showIssues(t, changed), err)
}

// showIssues writes issues that were changed.
func (f *issueFlags) showIssues(t Terminal, list []engine.Issue) error {
	return f.show(t, list, func(terminal pages.Terminal) error {
		r := pages.Issues{Issues: list, Terminal: terminal}
		for i := range list {
			r.Counts.Of(list[i].State).Add(list[i].Severity, 1)
		}
		return pages.WriteIssues(t.Out, r)
	})
}

func noteIssue(ctx context.Context, t Terminal, c *client.Client, f *issueFlags, args []string) error {
	ids, err := issueIDs(args[:1])
	if err != nil {
		return err
	}
	issue, err := c.NoteIssue(ctx, ids[0], args[1])
	if err != nil {
		return err
	}
	return f.showIssues(t, []engine.Issue{issue})
}

func showTrend(ctx context.Context, t Terminal, c *client.Client, f *issueFlags, _ []string) error {
	days, err := c.IssueTrend(ctx, f.days)
	if err != nil {
		return err
	}
	return f.show(t, days, func(terminal pages.Terminal) error { return pages.WriteIssueTrend(t.Out, days, terminal) })
}
