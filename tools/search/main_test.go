package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A small run goes through every step of both, and they find the same
// documents. Whether bars hold is for a large one to say.
func TestSmallContest(t *testing.T) {
	program := filepath.Join(t.TempDir(), "search")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), program, "-documents", "700", "-dir", t.TempDir())
	var log strings.Builder
	cmd.Stderr = &log
	out, err := cmd.Output()
	for _, want := range []string{"700 documents", "ingest CPU (µs/doc)", "host:*mail*", "Both found the same documents"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in the output (%v):\n%s\n%s", want, err, out, &log)
		}
	}
}
