package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
	"github.com/portolan-io/terraform-provider-portolan/engine/results"
)

// report is `portolan report`.
func report(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error) {
	flags := pflag.NewFlagSet("portolan report", pflag.ContinueOnError)
	which, gate, page := addEngineFlags(flags, t), addGateFlags(flags, "", t), addPageFlags(flags)
	if err := errors.Join(parse(flags, t, args), page.validate()); err != nil {
		return policy.ExitPassed, err
	}
	var err error
	if gate.rules, err = which.rules(); err != nil {
		return policy.ExitPassed, err
	}
	if err := gate.load(); err != nil {
		return policy.ExitPassed, err
	}
	c, stop, err := which.open(ctx, version)
	if err != nil {
		return policy.ExitPassed, err
	}
	exit, err := reportAgain(ctx, writing{t, c, gate, page, version}, flags.Args())
	return exit, errors.Join(err, stop())
}

func reportAgain(ctx context.Context, w writing, args []string) (policy.Exit, error) {
	shown, err := chooseScan(ctx, w.client, args)
	if err != nil {
		return policy.ExitPassed, err
	}
	if err := w.gate.meet(ctx, w.terminal, w.client, shown); err != nil {
		return policy.ExitPassed, err
	}
	verdict, err := w.report(ctx, shown)
	if err != nil || !w.gate.judges {
		return policy.ExitPassed, err
	}
	_, exit := policy.Conclude(shown, verdict)
	return exit, nil
}

// chooseScan gives the scan that args name, the newest if they name none.
func chooseScan(ctx context.Context, c *client.Client, args []string) (engine.Scan, error) {
	switch len(args) {
	case 0:
		return newestScan(ctx, c)
	case 1:
		id, err := scanID(args[0])
		if err != nil {
			return engine.Scan{}, err
		}
		return c.Scan(ctx, id)
	}
	return engine.Scan{}, &engine.Error{Kind: engine.Invalid, Title: "Too many arguments", Detail: "report shows one scan", Hint: "name one scan, or none for the newest"}
}

// scanID reads the number of a scan.
func scanID(text string) (engine.ScanID, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, &engine.Error{Kind: engine.Invalid, Title: "Scan is not valid", Detail: fmt.Sprintf("%q is not the number of a scan", text), Hint: "portolan report shows the newest one, and its number"}
	}
	return engine.ScanID(id), nil
}

func newestScan(ctx context.Context, c *client.Client) (engine.Scan, error) {
	scans, err := c.FindScans(ctx, client.ScanQuery{Limit: 1})
	if err != nil {
		return engine.Scan{}, err
	}
	if len(scans) == 0 {
		return engine.Scan{}, &engine.Error{Kind: engine.NotFound, Title: "No scan yet", Detail: "there is nothing to report", Hint: "start one: portolan scan 192.0.2.1"}
	}
	return scans[0], nil
}

// writing is what reports are made with.
type writing struct {
	terminal Terminal
	client   *client.Client
	gate     *gateFlags
	page     *pageFlags
	version  string
}

// report judges what a scan found, writes the reports, and then the baseline.
func (w writing) report(ctx context.Context, s engine.Scan) (policy.Verdict, error) {
	found, err := results.Of(ctx, w.client, s)
	if err != nil {
		return policy.Verdict{}, err
	}
	ports, err := results.Ports(ctx, w.client, found)
	if err != nil {
		return policy.Verdict{}, err
	}
	earlier, err := earlierScans(ctx, w.client, s, w.page)
	if err != nil {
		return policy.Verdict{}, err
	}
	results.NoteQuiet(&found, ports)
	full := pages.Report{
		Scan: s, Assessment: w.gate.assess(found), Ports: ports, Earlier: earlier, Version: w.version,
		Declared: w.page.declared, Category: w.page.category,
	}
	if w.gate.judges {
		full.Verdict = w.gate.policy.Judge(full.Assessment)
	}
	for _, notice := range full.Assessment.Notices {
		_, _ = fmt.Fprintf(w.terminal.Err, "portolan: %s\n", printable(notice.String()))
	}
	if err := w.page.write(w.terminal, full); err != nil {
		return full.Verdict, err
	}
	return full.Verdict, w.gate.saveBaseline(found)
}
