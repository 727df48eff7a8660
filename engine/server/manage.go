package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	storesqlite "github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

// Manage is `portolan user`, `portolan team` and `portolan plan`: people and what they
// may do. It works on the data folder itself, beside a server that runs on it or
// without one: whoever may write there owns the engine, so no further key or role is
// needed. args begins with the noun. It returns the exit code.
func Manage(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	err := manage(ctx, args, stdout, stderr, getenv)
	if err == nil || errors.Is(err, pflag.ErrHelp) {
		return int(policy.ExitPassed)
	}
	complain(stderr, args[0], err)
	return int(exitOf(err))
}

// desk is where one command is served.
type desk struct {
	*control.Control
	flags *deskFlags
}

// deskFlags are the flags of all commands; each says which it takes.
type deskFlags struct {
	data, plans                    string
	json                           bool
	plan, first, last, label, team string
	revoke                         int64
}

// verb is one command: what comes after the noun.
type verb struct {
	noun, name, usage, summary string
	least, most                int // arguments; most < 0 is any number
	flags                      []string
	run                        func(context.Context, desk, []string) (answer, error)
}

// verbs lists every command once.
func verbs() []verb {
	return slices.Concat(userVerbs(), teamVerbs(), planVerbs())
}

func manage(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	noun, rest := args[0], args[1:]
	if len(rest) == 0 || slices.Contains([]string{"help", "--help", "-h"}, rest[0]) {
		printVerbs(stdout, noun)
		return nil
	}
	for _, v := range verbs() {
		if v.noun == noun && v.name == rest[0] {
			return serveAt(ctx, v, rest[1:], stdout, stderr, getenv)
		}
	}
	return usageError(fmt.Sprintf("unknown command %q", rest[0]), "portolan "+noun+" --help lists what there is")
}

func printVerbs(out io.Writer, noun string) {
	_, _ = fmt.Fprintf(out, "Usage: portolan %s COMMAND [--data FOLDER] [--plans FILE] [--json]\n\n", noun)
	for _, v := range verbs() {
		if v.noun == noun {
			_, _ = fmt.Fprintf(out, "  %-36s %s\n", v.name+" "+v.usage, v.summary)
		}
	}
	_, _ = fmt.Fprint(out, "\nThey work on the data folder, whether or not a server runs on it.\n")
}

func usageError(detail, hint string) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Command line is not valid", Detail: detail, Hint: hint}
}

// serveAt runs one command and prints its answer.
func serveAt(ctx context.Context, v verb, args []string, stdout, stderr io.Writer, getenv func(string) string) (err error) {
	flags, arguments, err := v.parse(args, stderr, getenv)
	if err != nil {
		return err
	}
	d, done, err := openDesk(ctx, flags)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	answer, err := v.run(ctx, d, arguments)
	if err != nil {
		return err
	}
	return answer.print(stdout, flags.json)
}

func (v verb) parse(args []string, stderr io.Writer, getenv func(string) string) (*deskFlags, []string, error) {
	f := &deskFlags{}
	set := pflag.NewFlagSet("portolan "+v.noun+" "+v.name+" "+v.usage, pflag.ContinueOnError)
	set.SetOutput(stderr)
	set.StringVar(&f.data, "data", DataDir(getenv), "folder with everything that is kept (PORTOLAN_DATA_DIR)")
	set.StringVar(&f.plans, "plans", "", "file of plans; without it "+PlansFile+" in the data folder, if there is one")
	set.BoolVar(&f.json, "json", false, "answer in JSON")
	for _, name := range v.flags {
		f.add(set, name)
	}
	if err := set.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return nil, nil, err
		}
		return nil, nil, usageError(err.Error(), "portolan "+v.noun+" "+v.name+" --help lists the flags")
	}
	if n := set.NArg(); n < v.least || v.most >= 0 && n > v.most {
		return nil, nil, usageError(fmt.Sprintf("%d arguments", n), strings.TrimSpace("usage: "+set.Name()))
	}
	return f, set.Args(), nil
}

func (f *deskFlags) add(set *pflag.FlagSet, name string) {
	switch name {
	case "plan":
		set.StringVar(&f.plan, name, engine.SelfHosted().Name, "what the user may do; see portolan plan list")
	case "first-name":
		set.StringVar(&f.first, name, "", "first name")
	case "last-name":
		set.StringVar(&f.last, name, "", "last name")
	case "label":
		set.StringVar(&f.label, name, "", "what the key is for, such as laptop or ci")
	case "team":
		set.StringVar(&f.team, name, "", "the team the user is in")
	case "revoke":
		set.Int64Var(&f.revoke, name, 0, "revoke the key of this number instead of making one")
	}
}

// openDesk opens the data folder, which an engine has to have made.
func openDesk(ctx context.Context, flags *deskFlags) (desk, func() error, error) {
	if _, err := os.Stat(filepath.Join(flags.data, storesqlite.FileName)); errors.Is(err, fs.ErrNotExist) {
		return desk{}, nil, &engine.Error{
			Kind: engine.NotFound, Title: "No engine there", Field: "--data", Detail: flags.data + " is not the data folder of an engine",
			Hint: "check --data or PORTOLAN_DATA_DIR; a new engine begins with portolan serve",
		}
	}
	plans, err := readPlans(flags.plans, flags.data)
	if err != nil {
		return desk{}, nil, err
	}
	s, err := storesqlite.Open(ctx, flags.data)
	if err != nil {
		return desk{}, nil, err
	}
	c := control.New(control.Config{Store: s, Plans: plans, Process: control.ThisProcess()})
	if _, err := c.FirstUser(ctx); err != nil {
		return desk{}, nil, errors.Join(err, s.Close())
	}
	return desk{Control: c, flags: flags}, s.Close, nil
}
