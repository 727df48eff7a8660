package private_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestTheGuidesWork runs what guides show, as a reader would.
func TestTheGuidesWork(t *testing.T) {
	for name, snippets := range map[string]int{"netlas-clients": 7, "schedules": 3, "notifications": 5} {
		t.Run(name, func(t *testing.T) {
			guide, err := os.ReadFile("../../../templates/guides/" + name + ".md")
			if err != nil {
				t.Fatal(err)
			}
			r := open(t)
			if name == "netlas-clients" { // the others begin with nothing
				r.scene("")
			}
			if ran := r.follow(string(guide)); ran < snippets {
				t.Errorf("only %d snippets ran", ran)
			}
		})
	}
}

// follow runs the Python of a guide and its command lines that call the API.
func (r *room) follow(guide string) (ran int) {
	r.t.Helper()
	for _, block := range regexp.MustCompile("(?ms)^```(sh|python)\n(.*?)^```").FindAllStringSubmatch(guide, -1) {
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
	return ran
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
