// Package limit holds programs that do as little as can be done, to measure
// scanners against: a floor, not a scanner. Begin with [Epoll] and [Services].
// None has control over what it sends; none is for use.
package limit

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed c/epoll.c
var epollSource []byte

// Window and Timeout are what the loops on epoll work with: as many sockets as a
// process may usually have, and long enough for the kernel's second SYN after
// 1 s and its third after 3 s (RFC 6298 section 2, tcp_syn_linear_timeouts aside).
const (
	Window    = 8192
	TimeoutMS = 4000
)

// BuildEpoll compiles the loop in C into a folder. Without a C compiler the
// error is [exec.ErrNotFound]; [Epoll] then stands in for it.
func BuildEpoll(ctx context.Context, dir string) (path string, err error) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		return "", fmt.Errorf("build the epoll loop: %w", err)
	}
	source, path := filepath.Join(dir, "epoll.c"), filepath.Join(dir, "epoll")
	if err := os.WriteFile(source, epollSource, 0o600); err != nil {
		return "", err
	}
	if output, err := exec.CommandContext(ctx, cc, "-O2", "-o", path, source).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the epoll loop: %w: %s", err, output)
	}
	return path, nil
}
