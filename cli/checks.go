package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// checks is `portolan checks`.
func checks(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error) {
	words := map[string]func(context.Context, Terminal, []string, string) error{"list": listChecks, "show": showCheck, "test": testChecks}
	if len(args) == 0 || words[args[0]] == nil {
		return policy.ExitPassed, &engine.Error{Kind: engine.Invalid, Title: "Command is not valid", Detail: "checks wants list, show or test", Hint: "portolan checks list shows what is looked for"}
	}
	return policy.ExitPassed, words[args[0]](ctx, t, args[1:], version)
}

// listChecks is `portolan checks list`.
func listChecks(ctx context.Context, t Terminal, args []string, version string) error {
	flags := pflag.NewFlagSet("portolan checks list", pflag.ContinueOnError)
	families := flags.StringSlice("family", nil, "only those that begin so: tls,http")
	severities := flags.StringSlice("severity", nil, "only those: critical,high,medium,low,info")
	tags := flags.StringSlice("tag", nil, "only those with one of the tags: database,exposure")
	of, which, format := addEndpointFlag(flags, t), addCheckFlags(flags), addFormatFlag(flags)
	if err := errors.Join(parse(flags, t, args), format.validate()); err != nil {
		return err
	}
	all, err := which.catalogue(ctx, of, version)
	if err != nil {
		return err
	}
	list := slices.DeleteFunc(all, func(c check.Check) bool {
		return !isAny(*families, c.Family()) || !isAny(*severities, string(c.Severity)) || !isAny(*tags, c.Tags...)
	})
	if len(list) == 0 {
		return &engine.Error{Kind: engine.NotFound, Title: "There is no such check", Detail: "no check is of that family, severity and tag", Hint: "portolan checks list shows all"}
	}
	if format.isJSON() {
		return printJSON(t, list)
	}
	return printChecks(t, list)
}

// isAny reports whether one of the values is wanted, or nothing special is.
func isAny(wanted []string, values ...string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(values, func(v string) bool { return slices.Contains(wanted, v) })
}

func printChecks(t Terminal, list []check.Check) error {
	w := tabwriter.NewWriter(t.Out, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "CHECK\tSEVERITY\tCVSS\tTITLE") // what is wrong with the writer Flush tells
	for _, c := range list {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.ID, c.Severity, scoreText(c.CVSS), c.Title)
	}
	return w.Flush()
}

func scoreText(score float64) string {
	if score == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", score)
}

func printJSON(t Terminal, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.Out, string(text))
	return err
}

// showCheck is `portolan checks show`.
func showCheck(ctx context.Context, t Terminal, args []string, version string) error {
	flags := pflag.NewFlagSet("portolan checks show", pflag.ContinueOnError)
	of, which, format := addEndpointFlag(flags, t), addCheckFlags(flags), addFormatFlag(flags)
	if err := errors.Join(parse(flags, t, args), format.validate()); err != nil {
		return err
	}
	all, err := which.catalogue(ctx, of, version)
	if err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return &engine.Error{Kind: engine.Invalid, Title: "Command is not valid", Detail: "show wants the id of one check", Hint: "portolan checks show redis.no-auth"}
	}
	i := slices.IndexFunc(all, func(c check.Check) bool { return c.ID == flags.Arg(0) })
	if i < 0 {
		return &engine.Error{Kind: engine.NotFound, Title: "There is no such check", Detail: fmt.Sprintf("%q is not the id of a check", flags.Arg(0)), Hint: "portolan checks list shows all"}
	}
	if format.isJSON() {
		return printJSON(t, all[i])
	}
	return printCheck(t, all[i])
}

func printCheck(t Terminal, c check.Check) error {
	severity := string(c.Severity)
	if c.CVSS > 0 {
		severity += fmt.Sprintf(", CVSS %.1f %s", c.CVSS, c.Vector)
	}
	_, err := fmt.Fprintf(t.Out, "%s\n%s\n", c.ID, c.Title)
	for _, part := range []struct{ name, text string }{
		{"Severity", severity}, {"Description", c.Description}, {"Impact", c.Impact}, {"Remedy", c.Remedy}, {"Example", c.Example},
		{"Query", c.Text}, {"Judged", c.Judged}, {"Evidence", strings.Join(c.Evidence, "\n")}, {"References", strings.Join(slices.Concat(c.CWE, c.References), "\n")}, {"Tags", strings.Join(c.Tags, ", ")},
	} {
		if text := strings.TrimSpace(part.text); text != "" && err == nil {
			_, err = fmt.Fprintf(t.Out, "\n%s\n  %s\n", part.name, strings.ReplaceAll(text, "\n", "\n  "))
		}
	}
	return err
}

// testChecks is `portolan checks test`: without arguments it tests the checks built in.
func testChecks(_ context.Context, t Terminal, args []string, _ string) error {
	flags := pflag.NewFlagSet("portolan checks test", pflag.ContinueOnError)
	if err := parse(flags, t, args); err != nil {
		return err
	}
	count := 0
	var wrong []error
	for _, name := range flags.Args() {
		library, err := verifyChecks(name)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		count += len(library.Checks())
	}
	if flags.NArg() == 0 {
		library, err := check.VerifyBuiltIn()
		if err != nil {
			return err
		}
		count = len(library.Checks())
	}
	if err := errors.Join(wrong...); err != nil {
		return badChecks(err)
	}
	_, err := fmt.Fprintf(t.Out, "%d checks find what their samples say.\n", count)
	return err
}

// verifyChecks reads a file of a check or a folder of such files.
func verifyChecks(name string) (*check.Library, error) {
	folder, pattern := name, "*.yaml"
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		folder, pattern = filepath.Split(name)
	}
	return check.Verify(os.DirFS(filepath.Clean(folder)), filepath.ToSlash(folder), pattern)
}

// badChecks is what is wrong with somebody's own checks, each mistake a line.
func badChecks(err error) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Checks are not valid", Detail: "\n" + err.Error(), Err: err}
}

// formatFlag says how a list is written.
type formatFlag struct{ format string }

func addFormatFlag(flags *pflag.FlagSet) *formatFlag {
	f := &formatFlag{}
	flags.StringVar(&f.format, "format", "table", "table or json")
	return f
}

func (f *formatFlag) isJSON() bool { return f.format == "json" }

func (f *formatFlag) validate() error {
	if f.format == "table" || f.isJSON() {
		return nil
	}
	return &engine.Error{Kind: engine.Invalid, Title: "Format is not valid", Field: "--format", Detail: fmt.Sprintf("%q is not a format of this command", f.format), Hint: "write table or json"}
}
