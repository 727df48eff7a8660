package action_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// running starts a step that scans a tarpit, and waits until it does.
func running(t *testing.T) (*stage, *exec.Cmd, int) {
	t.Helper()
	pit := enginetest.NewTarpit(t)
	ports := []string{strconv.Itoa(pit.Port)}
	for range 31 { // a host is spoken to at few ports at a time, so this takes a while on any machine
		ports = append(ports, strconv.Itoa(enginetest.NewTarpit(t).Port))
	}
	s := newStage(t).with("targets", "127.0.0.1", "ports", strings.Join(ports, ","), "binary", program(t))
	cmd := s.node(t, "main.js")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-pit.Met():
	case <-time.After(time.Minute):
		_ = cmd.Process.Kill()
		t.Fatal(s.log.String())
	}
	return s, cmd, childOf(t, cmd.Process.Pid)
}

func childOf(t *testing.T, pid int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.Fields(string(text) + " 0")[0])
	if err != nil || child == 0 {
		t.Fatalf("no child: %q", text)
	}
	return child
}

// gone waits until a process is no more.
func gone(t *testing.T, pid int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for syscall.Kill(pid, 0) == nil && !isZombie(pid) {
		select {
		case <-ctx.Done():
			t.Fatalf("process %d is still there", pid)
		case <-ticker.C:
		}
	}
}

// isZombie: a process whose parent is gone is reaped by whoever is the first process.
func isZombie(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(text), ") Z ")
}

func TestShimHandsSignalsOn(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			s, cmd, child := running(t)
			began := time.Now()
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if exit := exitOf(t, cmd); exit != 130 || time.Since(began) > 7500*time.Millisecond {
				t.Errorf("exit %d after %s\n%s", exit, time.Since(began), s.log.String())
			}
			gone(t, child)
			if got := s.outputs(t); got["status"] != "cancelled" || got["sarif-file"] == "" {
				t.Errorf("%v", got)
			}
		})
	}
}

// Whatever ends the script, the program ends too.
func TestNoOrphanWhenTheShimIsKilled(t *testing.T) {
	s, cmd, child := running(t)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	gone(t, child)
	if got := s.outputs(t); got["status"] != "cancelled" {
		t.Errorf("%v", got)
	}
}

func TestProgramThatIsKilled(t *testing.T) {
	s, cmd, child := running(t)
	if err := syscall.Kill(child, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if exit := exitOf(t, cmd); exit != 137 {
		t.Errorf("exit %d\n%s", exit, s.log.String())
	}
	if got := s.outputs(t); got["status"] != "error" || got["exit-code"] != "70" {
		t.Errorf("%v", got)
	}
}
