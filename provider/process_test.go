package provider_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/provider"
)

// shakeHands starts a provider process as Terraform does, reads the line with
// which it says that it is ready, and ends it.
func shakeHands(t testing.TB, binary string, env ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary)
	// Terraform's cookie, see terraform-plugin-go, tfprotov6/tf6server.
	cmd.Env = append(os.Environ(), "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2", "PLUGIN_PROTOCOL_VERSIONS=6")
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Error(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // killed
	return line
}

// A provider process that is not asked for anything opens nothing: Terraform
// starts three to seven for each command and configures one or two.
func TestProcessStart(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	line := shakeHands(t, self, "PORTOLAN_DATA_DIR="+dir)
	if parts := strings.Split(line, "|"); len(parts) < 5 || parts[1] != "6" || parts[4] != "grpc" {
		t.Errorf("the process says %q, want the handshake of protocol 6", line)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the data folder is there (%v)", err)
	}
}

func TestMainUsage(t *testing.T) {
	for want, args := range map[int][]string{0: {"-help"}, 64: {"-misspelt"}} {
		if got := provider.Main(t.Context(), "test", args); got != want {
			t.Errorf("with %v the exit status is %d, want %d", args, got, want)
		}
	}
}

// BenchmarkProcessStart measures the released program from start to handshake.
func BenchmarkProcessStart(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "terraform-provider-portolan")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "..")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	for b.Loop() {
		shakeHands(b, binary)
	}
}
