package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Namespaces are called portolan-lab-PID-WHAT, so that those of a process that
// died without taking them down are known by their name.
const (
	namespacePrefix = "portolan-lab-"
	namespaceDir    = "/run/netns"
)

// Namespace is a network of its own on this machine: the name that `ip netns`
// knows it by.
type Namespace string

// newNamespace makes an empty one with loopback up.
func newNamespace(what string) (Namespace, error) {
	n := Namespace(fmt.Sprintf("%s%d-%s", namespacePrefix, os.Getpid(), what))
	if err := ip("netns", "add", string(n)); err != nil {
		return "", err
	}
	return n, n.ip("link", "set", "lo", "up")
}

// Command is a command that runs inside.
func (n Namespace) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "ip", append([]string{"netns", "exec", string(n), name}, args...)...)
}

// Do calls a function inside. Sockets that it opens, and processes that it
// starts, stay inside when it has returned.
func (n Namespace) Do(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with its goroutine
		done <- n.enter(f)
	}()
	return <-done
}

func (n Namespace) enter(f func() error) error {
	fd, err := unix.Open(filepath.Join(namespaceDir, string(n)), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open namespace %s: %w", n, err)
	}
	err = unix.Setns(fd, unix.CLONE_NEWNET)
	if err := errors.Join(err, unix.Close(fd)); err != nil {
		return fmt.Errorf("enter namespace %s: %w", n, err)
	}
	return f()
}

// set writes kernel settings, "net/ipv4/icmp_ratelimit" and so on. Those that
// this kernel does not have are passed over.
func (n Namespace) set(settings map[string]string) error {
	return n.Do(func() error {
		for name, value := range settings {
			err := os.WriteFile(filepath.Join("/proc/sys", name), []byte(value), 0o600)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("set %s: %w", name, err)
			}
		}
		return nil
	})
}

func (n Namespace) ip(args ...string) error { return ip(append([]string{"-n", string(n)}, args...)...) }

func (n Namespace) close() error { return ip("netns", "del", string(n)) }

func ip(args ...string) error { return command("", "ip", args...) }

func command(input, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Stdin = strings.NewReader(input)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt at the terminal must not stop taking down
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, output)
	}
	return nil
}

// removeStale takes down what processes left that are no more.
func removeStale() error {
	names, err := filepath.Glob(filepath.Join(namespaceDir, namespacePrefix+"*"))
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names {
		base := filepath.Base(name)
		number, _, _ := strings.Cut(strings.TrimPrefix(base, namespacePrefix), "-")
		pid, err := strconv.Atoi(number)
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			errs = append(errs, Namespace(base).close())
		}
	}
	return errors.Join(errs...)
}
