package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
	"github.com/portolan-io/terraform-provider-portolan/tools/tfcli/terraform"
)

// apply runs terraform apply on the quickstart and tells how the scan goes meanwhile.
func apply(ctx context.Context, s stage, ports string) error {
	cli, err := terraform.Find(ctx, terraform.Options{Log: os.Stderr})
	if err != nil {
		return err
	}
	fmt.Printf("%s apply on examples/quickstart, no endpoint configured, no init\n", name(cli))
	log, err := os.Create(s.terraformLog())
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, cli.Path, "apply", "-auto-approve", "-input=false", "-no-color", "-var", "ports="+ports)
	command.Dir, command.Stdout, command.Stderr = s.workspace, log, log
	command.Env = append(append(os.Environ(), cli.Environ(s.cliConfig())...), "PORTOLAN_DATA_DIR="+s.data(), "PORTOLAN_ENDPOINT=", "PORTOLAN_API_KEY=")
	// An interrupt is passed on, so that the scan is cancelled and the state kept.
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) }
	command.WaitDelay = 10 * time.Second
	watching, stop := context.WithCancel(ctx)
	defer stop()
	watched := make(chan error, 1)
	go func() { watched <- watch(watching, s) }()
	if err := errors.Join(command.Run(), log.Close()); err != nil {
		stop()
		return fmt.Errorf("terraform apply: %w\n%s", errors.Join(err, <-watched), lastLines(s.terraformLog()))
	}
	return <-watched
}

func name(cli terraform.CLI) string {
	if cli.Tofu {
		return "tofu"
	}
	return "terraform"
}

func lastLines(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// watch looks into the data folder the provider works in, as any process may, and
// prints the steps of the scan.
func watch(ctx context.Context, s stage) error {
	e, err := server.Start(ctx, server.Config{DataDir: s.data(), Mode: engine.ModeEmbedded, Version: "demo"})
	if err != nil {
		return err
	}
	id, found := firstScan(ctx, e.Client())
	if found {
		told := 0
		_, err = e.Client().Wait(ctx, id, func(scan engine.Scan) {
			for ; told < len(scan.Steps); told++ {
				past := engine.Scan{Steps: scan.Steps[:told+1]}
				fmt.Printf("  scan %d: %s\n", id, past.LastStep())
			}
		})
	}
	if ctx.Err() != nil {
		err = nil // told to stop looking
	}
	return errors.Join(err, e.Close())
}

// firstScan waits for Terraform to start the scan.
func firstScan(ctx context.Context, c *client.Client) (engine.ScanID, bool) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if scans, err := c.Scans(ctx); err == nil && len(scans) > 0 {
			return scans[0].ID, true
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return 0, false
		}
	}
}
