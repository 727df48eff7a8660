package provider

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
)

// address is how configurations name the provider.
const address = "registry.terraform.io/portolan-io/portolan"

// Main serves the provider to Terraform until Terraform is done with it, and
// gives the exit status. With -debug it waits for a debugger and prints how
// Terraform finds it.
func Main(ctx context.Context, version string, args []string) int {
	flags := flag.NewFlagSet("terraform-provider-portolan", flag.ContinueOnError)
	debug := flags.Bool("debug", false, "serve for a debugger, and print TF_REATTACH_PROVIDERS")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 64
	}
	if *debug {
		return exitStatus(serve(ctx, newProvider(ctx, version, os.Getenv), true))
	}
	ended, gone, stop := untilTerraformIsGone(ctx)
	defer stop()
	p := newProvider(ended, version, os.Getenv)
	served := make(chan error, 1)
	go func() { served <- serve(ctx, p, false) }()
	select {
	case err := <-served:
		return exitStatus(err)
	case <-gone:
		p.lifetime.settle(2 * parting)
		return exitStatus(p.Close())
	}
}

// serve speaks to Terraform until it has had enough, and stops the engines then.
func serve(ctx context.Context, p *Provider, debug bool) error {
	err := providerserver.Serve(ctx, func() provider.Provider { return p }, providerserver.ServeOpts{Address: address, Debug: debug, ProtocolVersion: 6})
	return errors.Join(err, p.Close())
}

// exitStatus tells an error and gives the status.
func exitStatus(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, "terraform-provider-portolan:", err)
		return 70
	}
	return 0
}
