// Package limit holds programs that do as little as can be done, to measure
// scanners against: a floor, not a scanner. Begin with [Build], [Epoll] and [Services].
// None has control over what it sends; none is for use.
package limit

import (
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed c/*.c
var sources embed.FS

// Window and Timeout are what the loops on epoll work with: as many sockets as a
// process may usually have, and long enough for the kernel's second SYN after
// 1 s and its third after 3 s (RFC 6298 section 2, tcp_syn_linear_timeouts aside).
const (
	Window    = 8192
	TimeoutMS = 4000
)

// Build compiles a program in C, c/NAME.c, into a folder: "epoll", for which [Epoll]
// can stand in, and "syn". Without a C compiler the error is [exec.ErrNotFound].
func Build(ctx context.Context, dir, name string) (path string, err error) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		return "", fmt.Errorf("build the limit program %s: %w", name, err)
	}
	text, err := sources.ReadFile("c/" + name + ".c")
	if err != nil {
		return "", err
	}
	source, path := filepath.Join(dir, name+".c"), filepath.Join(dir, name)
	if err := os.WriteFile(source, text, 0o600); err != nil {
		return "", err
	}
	if output, err := exec.CommandContext(ctx, cc, "-O2", "-o", path, source).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the limit program %s: %w: %s", name, err, output)
	}
	return path, nil
}
