// Demo shows a scan from terraform apply to its findings, on this machine alone: it
// starts flawed services on loopback, applies examples/quickstart with the provider
// just built, and leaves the reports in bin/demo. Nothing it starts outlives it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	stage, err := newStage("bin")
	if err != nil {
		return err
	}
	zoo, err := enginetest.StartZoo()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, zoo.Close()) }()
	fmt.Printf("Flawed services on 127.0.0.1:")
	for _, s := range zoo.Services {
		fmt.Printf(" %s %d", s.Name, s.Port)
	}
	fmt.Println()
	began := time.Now()
	if err := apply(ctx, stage, zoo.Ports()); err != nil {
		return err
	}
	fmt.Printf("terraform apply took %.1f s; its own words are in %s\n\n", time.Since(began).Seconds(), stage.terraformLog())
	return show(ctx, stage)
}
