package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
	feedsqlite "github.com/portolan-io/terraform-provider-portolan/engine/feed/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// Feed is `portolan feed`: known vulnerabilities, of lists that were fetched before. It
// works on the data folder, beside a server that runs on it or without one. args begins
// with the noun. It returns the exit code.
func Feed(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	err := feedCommand(ctx, args[1:], stdout, stderr, getenv)
	if err == nil || errors.Is(err, pflag.ErrHelp) {
		return int(policy.ExitPassed)
	}
	if ctx.Err() != nil {
		_, _ = fmt.Fprintln(stderr, "portolan feed: interrupted; nothing was changed")
		return int(policy.ExitCancelled)
	}
	complain(stderr, "feed", err)
	return int(exitOf(err))
}

const feedUsage = `Usage: portolan feed COMMAND [--data FOLDER] [--json]

  import FILE…   read lists of vulnerabilities: NVD's JSON 2.0, CISA's KEV, EPSS
  status         what is there, how much and how old

They work on the data folder, whether or not a server runs on it.
`

// feedDesk is where one command is served.
type feedDesk struct {
	feed   *feedsqlite.Feed
	sums   []string
	stderr io.Writer
}

func feedCommand(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) (err error) {
	if len(args) == 0 || slices.Contains([]string{"help", "--help", "-h"}, args[0]) {
		_, err := io.WriteString(stdout, feedUsage)
		return err
	}
	flags := pflag.NewFlagSet("portolan feed "+args[0], pflag.ContinueOnError)
	flags.SetOutput(stderr)
	data := flags.String("data", DataDir(getenv), "folder with everything that is kept (PORTOLAN_DATA_DIR)")
	asJSON := flags.Bool("json", false, "answer in JSON")
	sums := flags.StringSlice("sha256", nil, "checksum that a file, or what is packed in it, must have; one for each file, in their order")
	if err := flags.Parse(args[1:]); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return err
		}
		return usageError(err.Error(), flags.Name()+" --help lists the flags")
	}
	d := feedDesk{feed: feedsqlite.New(*data), sums: *sums, stderr: stderr}
	defer func() { err = errors.Join(err, d.feed.Close()) }()
	var said answer
	switch args[0] {
	case "import":
		said, err = d.load(ctx, flags.Args())
	case "status":
		said, err = d.status(ctx, flags.Args())
	default:
		err = usageError(fmt.Sprintf("unknown command %q", args[0]), "portolan feed --help lists what there is")
	}
	if err != nil {
		return err
	}
	return said.print(stdout, *asJSON)
}

// load imports files, all or none.
func (d feedDesk) load(ctx context.Context, paths []string) (answer, error) {
	if len(paths) == 0 {
		return answer{}, usageError("no file is named", "usage: portolan feed import FILE…")
	}
	if len(d.sums) > 0 && len(d.sums) != len(paths) {
		return answer{}, usageError(fmt.Sprintf("%d checksums for %d files", len(d.sums), len(paths)), "give --sha256 once for each file, in their order")
	}
	change, err := d.feed.Import(ctx, func(sink feed.Sink) error {
		for i, path := range paths {
			if err := d.read(ctx, i, path, sink); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return answer{}, err
	}
	a := answer{json: change, rows: [][]string{
		{"CVEs", fmt.Sprintf("%d new, %d updated, %d unchanged", change.New, change.Updated, change.Unchanged)},
		{"exploited", fmt.Sprintf("%d new (KEV)", change.Exploited)},
		{"EPSS", fmt.Sprintf("%d new", change.Scored)},
	}}
	if change.Older {
		a.note = "A list was older than the one that is there, which was kept."
	}
	return a, nil
}

// read reads one file and shows on a terminal how far it is.
func (d feedDesk) read(ctx context.Context, i int, path string, sink feed.Sink) error {
	file := feed.File{Path: path}
	if len(d.sums) > 0 {
		file.SHA256 = d.sums[i]
	}
	out, isFile := d.stderr.(*os.File)
	if !isFile || !term.IsTerminal(int(out.Fd())) {
		return feed.ReadFile(ctx, file, sink)
	}
	shown := int64(-1)
	file.Progress = func(read, size int64) {
		if percent := 100 * read / max(1, size); percent != shown {
			shown = percent
			_, _ = fmt.Fprintf(out, "\r\x1b[Kreading %s: %d %%", path, percent)
		}
	}
	err := feed.ReadFile(ctx, file, sink)
	_, _ = fmt.Fprint(out, "\r\x1b[K")
	return err
}

func (d feedDesk) status(ctx context.Context, args []string) (answer, error) {
	if len(args) > 0 {
		return answer{}, usageError(fmt.Sprintf("unexpected argument %q", args[0]), "usage: portolan feed status")
	}
	s, err := d.feed.Status(ctx)
	if err != nil {
		return answer{}, err
	}
	a := answer{json: s}
	if !s.Imported.IsZero() {
		a.rows = [][]string{
			{"file", s.Path},
			{"imported", dated(s.Imported)},
			{"CVEs", fmt.Sprintf("%d of %d products%s", s.Flaws, s.Products, since(", the last change is of ", s.Modified))},
			{"exploited", fmt.Sprintf("%d%s", s.Exploited, since(", released on ", s.Released))},
			{"EPSS", fmt.Sprintf("%d%s", s.Scored, since(", of ", s.Day))},
		}
	}
	if s.Flaws == 0 {
		a.note = engine.NoFeed
	}
	return a, nil
}

func since(words string, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return words + dated(at)
}

// dated gives a day and how long ago it was.
func dated(at time.Time) string {
	ago := fmt.Sprintf("%d days ago", int(time.Since(at).Hours()/24))
	switch ago {
	case "0 days ago":
		ago = "today"
	case "1 days ago":
		ago = "yesterday"
	}
	return fmt.Sprintf("%s (%s)", at.UTC().Format(time.DateOnly), ago)
}
