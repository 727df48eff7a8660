package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/notify"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// Main is `portolan serve`. It returns the exit code ([policy.Exit]) when ctx is done.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string, version string) int {
	config, listen, err := parseServe(args, stderr, getenv)
	if errors.Is(err, pflag.ErrHelp) {
		return int(policy.ExitPassed)
	}
	if err != nil {
		complain(stderr, "serve", err)
		return int(policy.ExitUsage)
	}
	config.Version = version
	if err := serve(ctx, config, listen, stdout); err != nil {
		complain(stderr, "serve", err)
		return int(exitOf(err))
	}
	return int(policy.ExitPassed)
}

// complain prints an error of a command for a person, and which setting it is about.
func complain(stderr io.Writer, command string, err error) {
	var known *engine.Error
	_, _ = fmt.Fprintf(stderr, "portolan %s: %v\n", command, err)
	if errors.As(err, &known) && known.Field != "" {
		_, _ = fmt.Fprintln(stderr, "  at:", known.Field)
	}
}

// exitOf gives the exit code for an error. Nothing here is refused by an engine: whoever
// works on the data folder owns it, and what he asked was wrong.
func exitOf(err error) policy.Exit {
	if engine.KindOf(err) == engine.Internal {
		return policy.ExitInternal
	}
	return policy.ExitUsage
}

func parseServe(args []string, stderr io.Writer, getenv func(string) string) (Config, string, error) {
	flags := pflag.NewFlagSet("portolan serve", pflag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "127.0.0.1:8844", "address and port to answer the API on")
	data := flags.String("data", DataDir(getenv), "folder for everything that is kept (PORTOLAN_DATA_DIR)")
	allow := flags.String("allow", "", "comma list of addresses and CIDRs that may be scanned beyond public and private ranges, such as 127.0.0.0/8")
	slots := flags.Int("scans", DefaultSlots, "how many scans run at once")
	plans := flags.String("plans", "", "file that says which plans users may have; without it "+PlansFile+" in the data folder, if there is one")
	private := flags.Bool("notify-private", false, "send notices to private addresses and by http, too")
	smtp := flags.String("smtp", "", "mail server for notices: smtp://host:587 (STARTTLS), smtps://host:465 (TLS) or smtp+plain://host:25; user and password are PORTOLAN_SMTP_USER and PORTOLAN_SMTP_PASSWORD")
	from := flags.String("smtp-from", "", "who that mail is from")
	verified := flags.Bool("require-verified-targets", false, "scan only targets that are proved to be the caller's: /api/targets/{id}/verify/")
	debug := flags.Bool("debug", false, "log everything")
	if err := flags.Parse(args); err != nil {
		return Config{}, "", err
	}
	if flags.NArg() > 0 {
		return Config{}, "", fmt.Errorf("unexpected argument %q; see portolan serve --help", flags.Arg(0))
	}
	prefixes, err := engine.ParsePrefixes(*allow)
	if err != nil {
		return Config{}, "", engine.In("--allow", err)
	}
	if *slots < 1 {
		return Config{}, "", fmt.Errorf("--scans %d: at least one scan has to run at once", *slots)
	}
	mail, err := mailServer(*smtp, *from, getenv)
	if err != nil {
		return Config{}, "", err
	}
	level := slog.LevelInfo
	if *debug {
		level = slog.LevelDebug
	}
	return Config{
		DataDir: *data, Mode: engine.ModeServer, Allow: prefixes, AdminKey: getenv(adminKeySetting), Slots: *slots, Plans: *plans, Verified: *verified,
		Notify: Notify{Private: *private, Mail: mail},
		Log:    slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level})),
	}, *listen, nil
}

// mailServer reads by which server mail is sent; nil for none.
func mailServer(url, from string, getenv func(string) string) (*notify.MailServer, error) {
	if url == "" {
		return nil, nil
	}
	return notify.ParseMailServer(url, from, getenv("PORTOLAN_SMTP_USER"), getenv("PORTOLAN_SMTP_PASSWORD"))
}

func serve(ctx context.Context, config Config, listen string, stdout io.Writer) error {
	// First, because it fails without a trace: no data folder, no key nobody has seen.
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return listenError(listen, err)
	}
	s, err := Start(ctx, config)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	_, _ = fmt.Fprintf(stdout, "Portolan %s answers on http://%s, data in %s\n", config.Version, listener.Addr(), config.DataDir)
	if s.NewKey() != "" {
		_, _ = fmt.Fprintf(stdout, "API key of the first user: %s (kept in %s)\n", s.NewKey(), filepath.Join(config.DataDir, AdminKeyFile))
	}
	takeBack, err := s.Announce(listener.Addr())
	if err != nil { // on a full or read-only disk it still answers who knows its address
		config.Log.WarnContext(ctx, "others on this machine will not find this server by its data folder", "error", err)
		takeBack = func() error { return nil }
	}
	return errors.Join(s.Serve(ctx, listener), takeBack(), s.Close())
}

func listenError(listen string, err error) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: "Cannot listen", Field: "--listen",
		Detail: fmt.Sprintf("%s: %v", listen, err), Hint: "choose a free port of this machine, such as 127.0.0.1:8845", Err: err,
	}
}
