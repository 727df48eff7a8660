package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanfile"
)

// cancelTime is how long a cancelled command waits for the engine to hear of it.
const cancelTime = 5 * time.Second

// scanFlags are the flags of `portolan scan`.
type scanFlags struct {
	config  string // file
	request engine.ScanRequest
	timeout time.Duration
	engine  *engineFlags
	checks  *checkFlags
	gate    *gateFlags
	page    *pageFlags
}

func parseScan(t Terminal, args []string) (*scanFlags, error) {
	flags := pflag.NewFlagSet("portolan scan", pflag.ContinueOnError)
	f := &scanFlags{engine: addEngineFlags(flags, t), checks: addCheckFlags(flags), gate: addGateFlags(flags, "high", t), page: addPageFlags(flags)}
	flags.StringVar(&f.config, "config", "", "file that declares what is scanned and what should be exposed (default "+strings.Join(scanfile.Names(), " or ")+", if no target is given)")
	ports := flags.String("ports", string(engine.PortsDefault), "ports, ranges and sets (common, default, all): 22,80,8000-8100,53/udp")
	exclude := flags.StringSlice("exclude", nil, "addresses and CIDRs never to touch")
	addProfileFlags(flags, &f.request.Profile)
	addResolversFlag(flags, (*string)(&f.request.Profile.Resolvers))
	flags.StringVar(&f.request.Label, "label", "", "name of the scan")
	addSourceFlags(flags, &f.request.Source, t)
	flags.DurationVar(&f.timeout, "timeout", 30*time.Minute, "how long the scan may take")
	if err := parse(flags, t, args); err != nil {
		return nil, err
	}
	f.request.Targets, f.request.Exclude, f.request.Ports = targets(flags.Args()), targets(*exclude), engine.Ports(*ports)
	declared, err := f.declare(flags)
	if err != nil {
		return nil, err
	}
	if f.timeout <= 0 {
		return nil, &engine.Error{Kind: engine.Invalid, Title: "Timeout is not valid", Field: "--timeout", Detail: fmt.Sprintf("a scan cannot be over in %s", f.timeout), Hint: "write a time such as 30m"}
	}
	if err := f.loadChecks(); err != nil {
		return nil, err
	}
	return f, errors.Join(declared.About(f.request.Validate()), f.page.validate())
}

// loadChecks reads the checks, and what their findings are judged by.
func (f *scanFlags) loadChecks() (err error) {
	if f.engine.checks, f.gate.rules, err = f.checks.forEngine(f.engine); err != nil {
		return err
	}
	return f.gate.load()
}

// about gives an error again with the flag it is about.
func about(flag string, err error) error {
	var known *engine.Error
	if !errors.As(err, &known) {
		return err
	}
	named := *known
	named.Field = flag
	return &named
}

func targets(words []string) []engine.Target {
	list := make([]engine.Target, len(words))
	for i, w := range words {
		list[i] = engine.Target(w)
	}
	return list
}

// scan is `portolan scan`.
func scan(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error) {
	f, err := parseScan(t, args)
	if err != nil {
		return policy.ExitPassed, err
	}
	c, stop, err := f.engine.open(ctx, version)
	if err != nil {
		return policy.ExitPassed, err
	}
	exit, err := scanAndReport(ctx, t, c, f, version)
	return exit, errors.Join(err, stop())
}

func scanAndReport(ctx context.Context, t Terminal, c *client.Client, f *scanFlags, version string) (policy.Exit, error) {
	wait, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	if err := f.gate.meet(wait, t, c, engine.Scan{Targets: f.request.Targets, Source: f.request.Source}); err != nil {
		return policy.ExitPassed, err
	}
	created, err := c.CreateScan(wait, f.request)
	if err != nil {
		return policy.ExitPassed, err
	}
	line := newProgress(t.Err)
	line.show(created)
	ended, err := c.Wait(wait, created.ID, line.show)
	line.end()
	if err != nil {
		return giveUp(wait, t, c, created.ID, err)
	}
	verdict, err := writing{t, c, f.gate, f.page, version}.report(ctx, ended)
	if err != nil {
		return policy.ExitPassed, err
	}
	_, exit := policy.Conclude(ended, verdict)
	if exit == policy.ExitIncomplete {
		_, _ = fmt.Fprintf(t.Err, "portolan: the scan is incomplete: %s\n", incompleteReason(ended))
	}
	return exit, nil
}

func incompleteReason(ended engine.Scan) string {
	if ended.Status() == engine.StatusDone && ended.Summary.TasksFailed == 0 {
		return "no target answered; check that the targets are right and reachable from here"
	}
	return ended.LastStep()
}

// giveUp cancels a scan that nobody waits for any more, because the user
// interrupted or the time ran out.
func giveUp(ctx context.Context, t Terminal, c *client.Client, id engine.ScanID, cause error) (policy.Exit, error) {
	if ctx.Err() == nil {
		return policy.ExitPassed, cause
	}
	short, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelTime)
	defer cancel()
	if _, err := c.CancelScan(short, id); err != nil {
		return policy.ExitOf(ctx.Err()), fmt.Errorf("scan %d could not be cancelled: %w", id, err)
	}
	_, _ = fmt.Fprintf(t.Err, "portolan: scan %d was cancelled; what it found so far: portolan report %d\n", id, id)
	return policy.ExitOf(ctx.Err()), nil
}
