package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// search is `portolan search`: one JSON document a line, newest first, for people who pipe.
func search(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error) {
	flags := pflag.NewFlagSet("portolan search", pflag.ContinueOnError)
	which := addEngineFlags(flags, t)
	id := flags.Int64("scan", 0, "search only this scan; 0 is all")
	fields := flags.StringSlice("fields", nil, "only these parts of each document: uri,tag.name")
	if err := parse(flags, t, args); err != nil {
		return policy.ExitPassed, err
	}
	c, stop, err := which.open(ctx, version)
	if err != nil {
		return policy.ExitPassed, err
	}
	request := client.DownloadRequest{Query: strings.Join(flags.Args(), " "), Fields: *fields}
	if *id != 0 {
		request.Indices = []engine.ScanID{engine.ScanID(*id)}
	}
	return policy.ExitPassed, errors.Join(printDocuments(ctx, t, c, request), stop())
}

func printDocuments(ctx context.Context, t Terminal, c *client.Client, request client.DownloadRequest) error {
	for document, err := range c.Download(ctx, request) {
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(t.Out, visible(document)); err != nil {
			return err
		}
	}
	return nil
}

// visible writes what a terminal would obey or hide (control and format characters)
// as JSON escapes: it is the same document, and the host that sent it cannot steer
// the terminal. Anything below U+0020 is escaped in JSON already.
func visible(document []byte) string {
	var line strings.Builder
	for _, r := range string(document) {
		if !unicode.Is(unicode.Other, r) {
			line.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&line, "\\u%04x", unit)
		}
	}
	return line.String()
}
