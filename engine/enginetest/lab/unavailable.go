//go:build !linux

package lab

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
)

// Namespace is a network of its own on this machine.
type Namespace string

// Command is a command that runs inside.
func (n Namespace) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, name, args...)
}

// Do calls a function inside.
func (n Namespace) Do(func() error) error { return Available() }

// Lab is a network that is up.
type Lab struct {
	Network
	Scanner Namespace // where the scanner is to be
	Targets Namespace // where what is scanned is to be
}

// Available says why no lab can be put up here.
func Available() error {
	return fmt.Errorf("%w: network namespaces are Linux's, this is %s", ErrUnavailable, runtime.GOOS)
}

// Start says why not.
func Start(Network) (*Lab, error) { return nil, Available() }

// Close does nothing.
func (l *Lab) Close() error { return nil }
