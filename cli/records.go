package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// recordShelf is what there is to know of a noun to list what people have declared of it.
type recordShelf[T any, P engine.NounOf[T]] struct {
	word    string // "profile": the command
	columns string // heads of a table, with tabs between them, behind the id
	row     func(T) []string
	records func(*client.Client) client.Records[T, P]
	name    func(string) string // a name in the form it is kept in
}

// profiles is `portolan profile`.
func profiles(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error) {
	return recordShelf[engine.ScanProfile, *engine.ScanProfile]{
		word: "profile", columns: "NAME\tPORTS\tRATE\tMODE", records: (*client.Client).ScanProfiles, name: func(name string) string { return name },
		row: func(p engine.ScanProfile) []string {
			return []string{p.Name, string(p.Ports), strconv.Itoa(p.Rate), string(p.Mode)}
		},
	}.run(ctx, t, args, version)
}

// declaredTargets is `portolan target`.
func declaredTargets(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error) {
	return recordShelf[engine.DeclaredTarget, *engine.DeclaredTarget]{
		word: "target", columns: "ADDRESS\tNAME\tCRITICALITY\tOWNER\tTAGS\tVERIFIED", records: (*client.Client).DeclaredTargets,
		name: func(address string) string { return string(engine.Target(address).Canonical()) },
		row: func(d engine.DeclaredTarget) []string {
			verified := "no"
			if at := d.Verification.VerifiedAt; at != nil {
				verified = at.Format("2006-01-02")
			}
			return []string{string(d.Address), d.Name, string(d.Criticality), d.Owner, strings.Join(d.Tags, ","), verified}
		},
	}.run(ctx, t, args, version)
}

// run runs what comes after the word.
func (s recordShelf[T, P]) run(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error) {
	words := []string{"list", "show", "delete"}
	if len(args) == 0 || !slices.Contains(words, args[0]) {
		given := strings.Join(args[:min(1, len(args))], "")
		return policy.ExitPassed, &engine.Error{
			Kind: engine.Invalid, Title: "Command line is not valid", Detail: fmt.Sprintf("%s wants list, show or delete, not %q", s.word, given),
			Hint: engine.Meant(given, words, "portolan "+s.word+" list shows what there is"),
		}
	}
	flags := pflag.NewFlagSet("portolan "+s.word+" "+args[0], pflag.ContinueOnError)
	which, format := addEngineFlags(flags, t), addFormatFlag(flags)
	if err := errors.Join(parse(flags, t, args[1:]), format.validate()); err != nil {
		return policy.ExitPassed, err
	}
	isList := args[0] == "list"
	if (flags.NArg() == 0) != isList || flags.NArg() > 1 {
		return policy.ExitPassed, &engine.Error{Kind: engine.Invalid, Title: "Command line is not valid", Detail: fmt.Sprintf("%d arguments", flags.NArg()), Hint: "list takes none, show and delete the id or the name of one"}
	}
	c, stop, err := which.open(ctx, version)
	if err != nil {
		return policy.ExitPassed, err
	}
	switch args[0] {
	case "list":
		err = s.list(ctx, t, c, format)
	case "show":
		err = s.show(ctx, t, c, flags.Arg(0))
	case "delete":
		err = s.delete(ctx, c, flags.Arg(0))
	}
	return policy.ExitPassed, errors.Join(err, stop())
}

func (s recordShelf[T, P]) list(ctx context.Context, t Terminal, c *client.Client, format *formatFlag) error {
	all, err := s.records(c).List(ctx, client.RecordQuery{})
	if err != nil {
		return err
	}
	if format.isJSON() {
		return printJSON(t, append([]T{}, all...))
	}
	w := tabwriter.NewWriter(t.Out, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "ID\t"+s.columns) // what is wrong with the writer Flush tells
	for _, one := range all {
		cells := s.row(one)
		for i, cell := range cells {
			if cell == "" {
				cells[i] = "-"
			}
		}
		_, _ = fmt.Fprintf(w, "%d\t%s\n", P(&one).Stamped().ID, strings.Join(cells, "\t"))
	}
	return w.Flush()
}

// show writes one as JSON: it is what the API takes back.
func (s recordShelf[T, P]) show(ctx context.Context, t Terminal, c *client.Client, ref string) error {
	one, err := s.find(ctx, c, ref)
	if err != nil {
		return err
	}
	return printJSON(t, one)
}

func (s recordShelf[T, P]) delete(ctx context.Context, c *client.Client, ref string) error {
	one, err := s.find(ctx, c, ref)
	if err != nil {
		return err
	}
	return s.records(c).Delete(ctx, P(&one).Stamped().ID)
}

// find looks one up by its id or, if there is none, by its name.
func (s recordShelf[T, P]) find(ctx context.Context, c *client.Client, ref string) (one T, err error) {
	if id, err := strconv.ParseInt(ref, 10, 64); err == nil {
		one, err := s.records(c).Get(ctx, engine.RecordID(id))
		if engine.KindOf(err) != engine.NotFound {
			return one, err
		}
	}
	return s.records(c).Find(ctx, s.name(ref))
}
