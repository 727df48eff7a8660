// Portolan is a network exposure scanner that people drive from Terraform, from
// GitHub Actions and from a terminal. This file is the front door: it finds out who
// is calling and hands over. It does nothing else.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/portolan-io/terraform-provider-portolan/action"
	"github.com/portolan-io/terraform-provider-portolan/cli"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
	"github.com/portolan-io/terraform-provider-portolan/provider"
)

// version is set by the linker.
var version = "dev"

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	// Terraform starts providers without arguments and with this cookie
	// (terraform-plugin-go, tfprotov6). An interrupt is Terraform's to pass on, so
	// the provider must not take the terminal's for itself.
	if os.Getenv("TF_PLUGIN_MAGIC_COOKIE") != "" {
		return provider.Main(context.Background(), version, args)
	}
	if len(args) > 0 && args[0] == "provider" {
		return provider.Main(context.Background(), version, args[1:])
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends whatever does not end by itself
	if len(args) > 0 && args[0] == "worker" {
		return server.Worker(ctx, args[1:], os.Stdout, os.Stderr, version)
	}
	if len(args) > 0 && args[0] == "serve" {
		return server.Main(ctx, args[1:], os.Stdout, os.Stderr, os.Getenv, version)
	}
	if len(args) > 0 && (args[0] == "user" || args[0] == "team" || args[0] == "plan") {
		return server.Manage(ctx, args, os.Stdout, os.Stderr, os.Getenv)
	}
	if len(args) > 0 && args[0] == "feed" {
		return server.Feed(ctx, args, os.Stdout, os.Stderr, os.Getenv)
	}
	if len(args) > 0 && args[0] == "action" {
		return action.Main(ctx, args[1:], action.World{In: os.Stdin, Out: os.Stdout, Environ: os.Environ()}, version)
	}
	return cli.Main(ctx, args, cli.Terminal{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv}, version)
}
