package terraform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// stopTime is how long a command may take to clean up once it has been asked to
// stop: go test kills its own children, and those destroy what they created.
const stopTime = 30 * time.Second

// Run runs a command, such as go test, in which acceptance tests find the CLI
// and run (TF_ACC=1), and then writes to out which CLI that was and what it
// cannot test. It gives the command's exit status.
func (c CLI) Run(ctx context.Context, out io.Writer, args []string) (int, error) {
	dir, err := os.MkdirTemp("", "tfcli")
	if err != nil {
		return 0, fmt.Errorf("make a folder for the CLI configuration: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // an empty file left in the temporary folder harms nobody
	config := filepath.Join(dir, "empty.tfrc")
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		return 0, fmt.Errorf("write the CLI configuration: %w", err)
	}
	code, err := run(ctx, args, append(c.Environ(config), "TF_ACC=1"))
	if err != nil {
		return 0, err
	}
	return code, c.report(out)
}

func run(ctx context.Context, args, env []string) (int, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTime
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(1, exit.ExitCode()), nil // -1, ended by a signal, is no success either
	}
	if err != nil {
		return 0, fmt.Errorf("run %s: %w", args[0], err)
	}
	return 0, nil
}

func (c CLI) report(out io.Writer) error {
	covered := "every feature can be tested with it"
	if missing := c.Missing(); len(missing) > 0 {
		covered = "NOT tested, because it lacks them: " + strings.Join(missing, ", ")
	}
	_, err := fmt.Fprintf(out, "\nAcceptance tests ran with %s (%s);\n%s.\n", c, c.Path, covered)
	return err
}
