package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// suppressFlags are the flags of `portolan suppress`.
type suppressFlags struct {
	ids  []string
	file string
	at   time.Time
	what policy.Suppression
}

func parseSuppress(t Terminal, args []string) (*suppressFlags, error) {
	flags := pflag.NewFlagSet("portolan suppress", pflag.ContinueOnError)
	f := &suppressFlags{at: time.Now()}
	flags.StringVar(&f.what.Reason, "reason", "", "why the finding may stay (required)")
	expires := flags.String("expires", "", "last day it may, in UTC, as in 2027-01-31 (required)")
	status := flags.String("status", string(policy.SuppressionAccepted), "accepted, false-positive, mitigated or in-progress")
	flags.StringVar(&f.what.Owner, "owner", "", "who answers for it")
	flags.StringVar(&f.what.Ticket, "ticket", "", "where it is followed")
	flags.StringVar(&f.file, "file", policy.SuppressionFile, "file to edit")
	if err := parse(flags, t, args); err != nil {
		return nil, err
	}
	f.ids = flags.Args()
	return f, f.read(*expires, *status)
}

// read reads the words of the flags and reports the first that is wrong.
func (f *suppressFlags) read(expires, status string) error {
	if len(f.ids) == 0 {
		return &engine.Error{Kind: engine.Invalid, Title: "No finding is named", Field: "ID", Detail: "there is nothing to set aside", Hint: "reports show the id of each finding"}
	}
	for _, id := range f.ids {
		if err := policy.ValidateFingerprint(id); err != nil {
			return about("ID", err)
		}
	}
	if err := policy.ValidateReason(f.what.Reason); err != nil {
		return about("--reason", err)
	}
	var err error
	if f.what.Expires, err = policy.ParseExpiry(expires, f.at); err != nil {
		return about("--expires", err)
	}
	if f.what.Status, err = policy.ParseSuppressionStatus(status); err != nil {
		return about("--status", err)
	}
	return nil
}

// suppress is `portolan suppress`: it edits a file and asks no engine, as a finding
// may be set aside before anybody looks again.
func suppress(_ context.Context, t Terminal, args []string, _ string) (policy.Exit, error) {
	f, err := parseSuppress(t, args)
	if err != nil {
		return policy.ExitPassed, err
	}
	text, err := os.ReadFile(f.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return policy.ExitPassed, badFile("--file", f.file, err)
	}
	for _, id := range f.ids {
		f.what.ID = id
		if text, err = policy.Suppress(text, f.file, f.what, f.at); err != nil {
			return policy.ExitPassed, about("--file", err)
		}
	}
	err = writeFile(f.file, modePublic, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err != nil {
		return policy.ExitPassed, badFile("--file", f.file, err)
	}
	for _, id := range f.ids {
		_, _ = fmt.Fprintf(t.Out, "%s: %s is suppressed until %s\n", printable(f.file), id, f.what.Expires.Format(time.DateOnly))
	}
	return policy.ExitPassed, nil
}
