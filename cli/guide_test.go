package cli_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// TestTheGuideToIssuesWorks runs what the guide shows, in its order, against a server
// that has scanned flawed services for somebody in a team with anna.
func TestTheGuideToIssuesWorks(t *testing.T) {
	guide, err := os.ReadFile("../templates/guides/issues.md")
	if err != nil {
		t.Fatal(err)
	}
	s := served(t)
	ran := 0
	for _, block := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllStringSubmatch(string(guide), -1) {
		for line := range strings.Lines(block[1]) {
			ran++
			if words := splitWords(line); words[0] == "portolan" {
				s.want(t, 0, words[1:]...)
				continue
			}
			s.shell(t, line)
		}
	}
	if ran < 16 {
		t.Errorf("only %d lines ran", ran)
	}
}

// served is a shell whose commands go to a server.
func served(t *testing.T) *shell {
	t.Helper()
	e := enginetest.Start(t)
	for _, words := range []string{"team add blue", "user add anna@example.com --team blue", "team add-member blue admin@localhost"} {
		var said strings.Builder
		if code := server.Manage(t.Context(), append(strings.Fields(words), "--data", e.Dir), &said, &said, func(string) string { return "" }); code != 0 {
			t.Fatalf("%s: exit %d: %s", words, code, said.String())
		}
	}
	scan, err := e.Client.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(enginetest.Services(t).Ports())})
	if err == nil {
		_, err = e.Client.Wait(t.Context(), scan.ID, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	s := newShell(t)
	s.env["PORTOLAN_ENDPOINT"], s.env["PORTOLAN_API_KEY"] = e.Endpoint, e.Key
	return s
}

// splitWords splits a line as a shell does that knows single quotes only.
func splitWords(line string) (words []string) {
	for i, part := range strings.Split(strings.TrimSpace(line), "'") {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	return words
}

// shell gives a line to a real shell, which must be content with it.
func (s *shell) shell(t *testing.T, line string) {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	command := exec.CommandContext(t.Context(), "sh", "-c", strings.TrimSpace(line)+" --silent --show-error --fail-with-body --noproxy '*'")
	for name, value := range s.env {
		command.Env = append(command.Environ(), name+"="+value)
	}
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("%s: %v: %s", line, err, output)
	}
}
