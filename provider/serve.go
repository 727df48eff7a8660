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
	p := &Provider{version: version, getenv: os.Getenv}
	err := providerserver.Serve(ctx, func() provider.Provider { return p }, providerserver.ServeOpts{Address: address, Debug: *debug, ProtocolVersion: 6})
	if err := errors.Join(err, p.Close()); err != nil {
		fmt.Fprintln(os.Stderr, "terraform-provider-portolan:", err)
		return 70
	}
	return 0
}
