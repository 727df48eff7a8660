package cli_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// What a scan has found is declared, kept in the repository, and holds there; what is
// taken out of the file is a finding from then on, and so is what is not there.
func TestDeclaredExposure(t *testing.T) {
	zoo := enginetest.Services(t)
	s := newShell(t)
	repository := t.TempDir()
	t.Chdir(repository)
	s.want(t, 0, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--fail-on", "never")
	s.want(t, 0, "expect", "--output", ".portolan.yml")
	s.want(t, 0, "scan", "--fail-on", "rule:exposure.*")

	text, err := os.ReadFile(".portolan.yml")
	if err != nil {
		t.Fatal(err)
	}
	redis := "  - host: 127.0.0.1\n    port: " + strconv.Itoa(zoo.Get("redis").Port) + "\n    service: redis\n"
	if !strings.Contains(string(text), redis) {
		t.Fatalf("redis is not declared in\n%s", text)
	}
	closed := closedPort(t)
	changed := strings.Replace(string(text), redis, "  - {host: 127.0.0.1, port: "+closed+", owner: \"@web\"}\n", 1)
	changed = strings.Replace(changed, "ports: ", "fail_on: rule:exposure.*\nports: "+closed+",", 1)
	if err := os.WriteFile(filepath.Join(repository, ".portolan.yml"), []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	s.want(t, 10, "scan")
	for _, part := range []string{"exposure.undeclared", "exposure.missing"} {
		if !strings.Contains(s.out.String(), part) {
			t.Errorf("the table lacks %q:\n%s", part, s.out.String())
		}
	}
	s.want(t, 0, "report", "--format", "json")
	for _, part := range []string{"seen: redis", "tcp port " + closed + " is not open"} {
		if !strings.Contains(s.out.String(), part) {
			t.Errorf("the report lacks %q:\n%s", part, s.out.String())
		}
	}
	s.want(t, 0, "expect", "--format", "hcl")
	if !strings.Contains(s.out.String(), `resource "portolan_scan" "exposure" {`) || !strings.Contains(s.out.String(), `service = "redis"`) {
		t.Errorf("for Terraform it is\n%s", s.out.String())
	}
}

func TestScanFileMistakes(t *testing.T) {
	s := newShell(t)
	t.Chdir(t.TempDir())
	s.want(t, 64, "scan")
	if !strings.Contains(s.err.String(), "there is no .portolan.yml here") {
		t.Errorf("said only:\n%s", s.err.String())
	}
	if err := os.WriteFile("edge.yml", []byte("version: 1\ntargets: [127.0.0.1]\nports: 80\nexpect:\n  - host: 127.0.0.1\n    port: 443\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.want(t, 64, "scan", "--config", "edge.yml")
	if !strings.Contains(s.err.String(), "edge.yml:6: the scan does not look at tcp port 443") {
		t.Errorf("said only:\n%s", s.err.String())
	}
	s.want(t, 64, "scan", "--config", "edge.yml", "--ports", "80,443", "--fail-on", "hihg")
	s.want(t, 64, "scan", "--config", "none.yml")
	s.want(t, 64, "expect", "--format", "toml")
}
