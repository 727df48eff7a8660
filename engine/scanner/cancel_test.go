package scanner_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// TestCancel cancels a scan whose peers never speak, as soon as the first port is
// reported, and wants everything gone.
func TestCancel(t *testing.T) {
	before := runtime.NumGoroutine()
	var list []int
	for range 20 {
		list = append(list, listen(t, "127.0.0.1:0", holds))
	}
	serving := runtime.NumGoroutine() - before
	ctx, cancel := context.WithCancel(t.Context())
	found := &basket{onPut: func() error { cancel(); return nil }}
	start := time.Now()
	err := scanner.New(scanner.Config{Probes: all.Probes()}).Run(ctx, task(ports(list...), "127.0.0.1"), found)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("went on for %s", took)
	}
	if leaked := leakedGoroutines(); leaked != "" {
		t.Errorf("goroutines are left (%d serve):\n%s", serving, leaked)
	}
}

// leakedGoroutines gives the stacks of what the scanner or a probe still runs.
func leakedGoroutines() string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var leaked []string
	for stack := range bytes.SplitSeq(stacks, []byte("\n\n")) {
		if bytes.Contains(stack, []byte("engine/scanner.")) || bytes.Contains(stack, []byte("engine/probe")) {
			leaked = append(leaked, string(stack))
		}
	}
	return strings.Join(leaked, "\n\n")
}

func TestSinkErrorEndsTheRun(t *testing.T) {
	full := errors.New("disk full")
	port := listen(t, "127.0.0.1:0", holds)
	start := time.Now()
	err := scanner.New(scanner.Config{Probes: all.Probes()}).Run(t.Context(), task(ports(port), "127.0.0.1"), &basket{onPut: func() error { return full }})
	if !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("went on for %s", took)
	}
	if leaked := leakedGoroutines(); leaked != "" {
		t.Errorf("goroutines are left:\n%s", leaked)
	}
}
