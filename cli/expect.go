package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
	"github.com/portolan-io/terraform-provider-portolan/engine/results"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanfile"
)

// resourceName is what the resource is called until somebody finds a better name.
const resourceName = "exposure"

// expect is `portolan expect`: it declares what a scan has found to be open, for
// people to read, shorten, and keep.
func expect(ctx context.Context, t Terminal, args []string, version string) (policy.Exit, error) {
	flags := pflag.NewFlagSet("portolan expect", pflag.ContinueOnError)
	which := addEngineFlags(flags, t)
	format := flags.String("format", "yaml", "yaml for "+scanfile.Names()[0]+", hcl for Terraform")
	output := flags.StringP("output", "o", "", "file to write to instead of standard output")
	if err := parse(flags, t, args); err != nil {
		return policy.ExitPassed, err
	}
	write, err := declarationWriter(*format)
	if err != nil {
		return policy.ExitPassed, err
	}
	c, stop, err := which.open(ctx, version)
	if err != nil {
		return policy.ExitPassed, err
	}
	text, err := declared(ctx, c, flags.Args(), write)
	if err = errors.Join(err, stop()); err != nil {
		return policy.ExitPassed, err
	}
	if *output == "" {
		_, err = t.Out.Write(text)
		return policy.ExitPassed, err
	}
	err = writeFile(*output, modePublic, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err != nil {
		return policy.ExitPassed, badFile("--output", *output, err)
	}
	return policy.ExitPassed, nil
}

func declarationWriter(format string) (func(engine.ScanRequest) ([]byte, error), error) {
	switch format {
	case "yaml":
		return scanfile.YAML, nil
	case "hcl":
		return func(r engine.ScanRequest) ([]byte, error) { return scanfile.HCL(r, resourceName), nil }, nil
	}
	return nil, &engine.Error{Kind: engine.Invalid, Title: "Format is not valid", Field: "--format", Detail: fmt.Sprintf("%q is no format", format), Hint: "write yaml or hcl"}
}

// declared gives the declaration that a scan would pass.
func declared(ctx context.Context, c *client.Client, args []string, write func(engine.ScanRequest) ([]byte, error)) ([]byte, error) {
	seen, err := chooseScan(ctx, c, args)
	if err != nil {
		return nil, err
	}
	found, err := results.Of(ctx, c, seen)
	if err != nil {
		return nil, err
	}
	ports, err := results.Ports(ctx, c, found)
	if err != nil {
		return nil, err
	}
	versions, err := oldestTLS(ctx, c, seen.ID)
	if err != nil {
		return nil, err
	}
	request := engine.ScanRequest{Targets: seen.Targets, Exclude: seen.Exclude, Ports: seen.Ports, Expect: []engine.Expectation{}}
	known, open := engine.NewDeclaration(seen.Expect), map[string]engine.Endpoint{}
	for _, e := range found.Ports {
		open[placeKey(e.Addr.String(), int(e.Port), e.Transport)] = e
	}
	for _, p := range ports {
		place := placeKey(p.IP, p.Port, p.Transport)
		at, ok := open[place]
		if !ok {
			continue // of elsewhere, to which a page led
		}
		e := expectationOf(p, at, known)
		e.TLSMin = versions[place]
		request.Expect = append(request.Expect, e)
	}
	return write(request)
}

// expectationOf declares an open port. Its host is the target by which it was found, or
// the address within that.
func expectationOf(p pages.Port, at engine.Endpoint, known engine.Declaration) engine.Expectation {
	e := engine.Expectation{Host: at.Target.Canonical(), Port: engine.Ports(fmt.Sprint(p.Port)), Service: p.Protocol}
	if e.Host.Kind() == engine.TargetCIDR {
		e.Host = engine.Target(p.IP)
	}
	if p.Transport == engine.UDP {
		e.Protocol = engine.UDP
	}
	if p.Protocol == "unknown" {
		e.Service = ""
	}
	e.Owner = known.Owner(at.Port, at.Addr, at.Target)
	return e
}

// oldestTLS gives the oldest version of TLS that each place accepts, as expectations
// write it; none for those that accept an older one than can be declared.
func oldestTLS(ctx context.Context, c *client.Client, id engine.ScanID) (map[string]string, error) {
	oldest := map[string]string{}
	request := client.DownloadRequest{Query: "tls.versions:*", Indices: []engine.ScanID{id}, Fields: []string{"ip", "port", "prot4", "tls.versions"}}
	for document, err := range c.Download(ctx, request) {
		if err != nil {
			return nil, err
		}
		var d struct {
			IP    string
			Port  int
			Prot4 string
			TLS   struct{ Versions []string }
		}
		if err := json.Unmarshal(document, &d); err != nil {
			return nil, fmt.Errorf("read response: %w", err)
		}
		version := strings.TrimPrefix(slices.Min(append(d.TLS.Versions, "TLSv9")), "TLSv")
		if place := placeKey(d.IP, d.Port, d.Prot4); slices.Contains(engine.TLSVersions(), version) {
			oldest[place] = version
		}
	}
	return oldest, nil
}

func placeKey(ip string, port int, transport string) string {
	return fmt.Sprintf("%s %s %d", transport, ip, port)
}
