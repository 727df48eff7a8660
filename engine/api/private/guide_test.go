package private_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestTheGuideForClientsWorks runs what the guide shows, as a reader would.
func TestTheGuideForClientsWorks(t *testing.T) {
	guide, err := os.ReadFile("../../../templates/guides/netlas-clients.md")
	if err != nil {
		t.Fatal(err)
	}
	r := open(t)
	r.scene("")
	blocks := regexp.MustCompile("(?ms)^```(sh|python)\n(.*?)^```").FindAllStringSubmatch(string(guide), -1)
	ran := 0
	for _, block := range blocks {
		if block[1] == "python" {
			r.run(block[2], "python3", "-c")
			ran++
			continue
		}
		for line := range strings.Lines(block[2]) {
			if strings.HasPrefix(line, "curl ") {
				r.run(strings.TrimSpace(line)+" --silent --show-error --fail-with-body --noproxy '*'", "sh", "-c")
				ran++
			}
		}
	}
	if ran < 7 {
		t.Errorf("only %d snippets ran", ran)
	}
}

// run gives a snippet to an interpreter, which must be content with it.
func (r *room) run(snippet, interpreter string, flags ...string) {
	r.t.Helper()
	if _, err := exec.LookPath(interpreter); err != nil {
		r.t.Skip(interpreter + " is not installed")
	}
	command := exec.CommandContext(r.t.Context(), interpreter, append(flags, snippet)...)
	command.Env = append(command.Environ(), "PORTOLAN_ENDPOINT=http://"+r.address, "PORTOLAN_API_KEY="+ownKey)
	if output, err := command.CombinedOutput(); err != nil {
		r.t.Errorf("%s: %v: %s", snippet, err, output)
	}
}
