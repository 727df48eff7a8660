package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// pageFlags say how and where a report is written.
type pageFlags struct {
	format, output string
}

func addPageFlags(flags *pflag.FlagSet) *pageFlags {
	p := &pageFlags{}
	flags.StringVar(&p.format, "format", pages.Formats()[0], "one of "+strings.Join(pages.Formats(), ", "))
	flags.StringVarP(&p.output, "output", "o", "", "file to write to instead of standard output")
	return p
}

func (p *pageFlags) validate() error {
	return pages.Write(io.Discard, p.format, pages.Report{})
}

// report is `portolan report`.
func report(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error) {
	flags := pflag.NewFlagSet("portolan report", pflag.ContinueOnError)
	which, page := addEngineFlags(flags, t), addPageFlags(flags)
	if err := errors.Join(parse(flags, t, args), page.validate()); err != nil {
		return policy.ExitPassed, err
	}
	c, stop, err := which.open(ctx, version)
	if err != nil {
		return policy.ExitPassed, err
	}
	shown, err := chooseScan(ctx, c, flags.Args())
	if err == nil {
		_, err = writeReport(ctx, t, c, shown, unjudged, page, version)
	}
	return policy.ExitPassed, errors.Join(err, stop())
}

// chooseScan gives the scan that args name, the newest if they name none.
func chooseScan(ctx context.Context, c *client.Client, args []string) (engine.Scan, error) {
	switch len(args) {
	case 0:
		return newestScan(ctx, c)
	case 1:
		id, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil {
			return engine.Scan{}, &engine.Error{Kind: engine.Invalid, Title: "Scan is not valid", Detail: fmt.Sprintf("%q is not the number of a scan", args[0]), Hint: "leave it out for the newest scan"}
		}
		return c.Scan(ctx, engine.ScanID(id))
	}
	return engine.Scan{}, &engine.Error{Kind: engine.Invalid, Title: "Too many arguments", Detail: "report shows one scan", Hint: "name one scan, or none for the newest"}
}

func newestScan(ctx context.Context, c *client.Client) (engine.Scan, error) {
	scans, err := c.Scans(ctx)
	if err != nil {
		return engine.Scan{}, err
	}
	if len(scans) == 0 {
		return engine.Scan{}, &engine.Error{Kind: engine.NotFound, Title: "No scan yet", Detail: "there is nothing to report", Hint: "start one: portolan scan 192.0.2.1"}
	}
	newest := scans[0]
	for _, s := range scans {
		if s.ID > newest.ID {
			newest = s
		}
	}
	return newest, nil
}

// judge gives the verdict on findings.
type judge func([]engine.Finding) policy.Verdict

// unjudged is for showing a scan again, without a policy.
func unjudged([]engine.Finding) policy.Verdict { return policy.Verdict{} }

// writeReport judges what a scan found and writes the report to where page says.
func writeReport(ctx context.Context, t Terminal, c *client.Client, s engine.Scan, verdict judge, page *pageFlags, version string) (policy.Verdict, error) {
	findings, err := allFindings(ctx, c, s.ID)
	if err != nil {
		return policy.Verdict{}, err
	}
	ports, err := portsOf(ctx, c, s.ID)
	if err != nil {
		return policy.Verdict{}, err
	}
	width, color := terminalWidth(t.Out)
	full := pages.Report{
		Scan: s, Findings: findings, Ports: ports, Verdict: verdict(findings), Version: version,
		Terminal: pages.Terminal{Width: width, Color: color && page.output == "" && t.Getenv("NO_COLOR") == ""},
	}
	return full.Verdict, page.write(t.Out, full)
}

// pageSize is how many findings are asked for at a time.
const pageSize = 1000

func allFindings(ctx context.Context, c *client.Client, id engine.ScanID) ([]engine.Finding, error) {
	var all []engine.Finding
	for {
		page, err := c.Findings(ctx, client.FindingRequest{ScanID: id, Limit: pageSize, Offset: len(all)})
		if err != nil {
			return nil, err
		}
		all = append(all, page.Findings...)
		if len(page.Findings) == 0 || len(all) >= page.Total {
			return all, nil
		}
	}
}

func portsOf(ctx context.Context, c *client.Client, id engine.ScanID) ([]pages.Port, error) {
	open, err := c.OpenPorts(ctx, id)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	var responses []engine.Response
	request := client.DownloadRequest{Query: "*", Indices: []engine.ScanID{id}, Fields: portFields()}
	for document, err := range c.Download(ctx, request) {
		if err != nil {
			return nil, err
		}
		var response engine.Response
		if err := json.Unmarshal(document, &response); err != nil {
			return nil, fmt.Errorf("read response: %w", err)
		}
		responses = append(responses, response)
	}
	return pages.Ports(open, responses), nil
}

// portFields are the parts of a document a row of the port table needs.
func portFields() []string {
	return []string{"uri", "host", "host_type", "ip", "port", "prot4", "prot7", "protocol", "path", "target", "tag", "redis.version", "ssh.server_id", "http.headers.server", "http.title", "last_updated"}
}

// write writes a report to standard output, or to a file.
func (p *pageFlags) write(out io.Writer, full pages.Report) error {
	if p.output == "" {
		return pages.Write(out, p.format, full)
	}
	var text strings.Builder
	if err := pages.Write(&text, p.format, full); err != nil {
		return err
	}
	if err := writeFile(p.output, text.String()); err != nil {
		return outputError(p.output, err)
	}
	return nil
}

// writeFile makes a file that appears whole or not at all. What is there already and
// is no file, such as /dev/stdout, a pipe or a link, is written to and stays.
func writeFile(path, text string) error {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return writeInto(path, text)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".portolan-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }() // gone already, if all went well
	_, err = temp.WriteString(text)
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

func writeInto(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

func outputError(path string, err error) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Report cannot be written", Field: "--output", Detail: fmt.Sprintf("%s: %v", path, err), Hint: "choose a file in a folder that exists and can be written", Err: err}
}
