package private_test

import (
	"cmp"
	"html"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/openapi"
)

func TestThePageIsServedToEverybody(t *testing.T) {
	r := open(t)
	for _, path := range []string{"/api/docs/", "/api/docs"} {
		got := r.send("GET "+path, "").is(200)
		if got.header.Get("Content-Type") != "text/html; charset=utf-8" || got.header.Get("Content-Security-Policy") != openapi.Policy() {
			t.Errorf("%s: headers %v", path, got.header)
		}
	}
}

// TestTheCommandLinesOfThePageWork gives each line to a shell, as a reader would.
func TestTheCommandLinesOfThePageWork(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	stage := newStage(t)
	page := stage.shared.send("GET /api/docs/", "").is(200).body
	lines := regexp.MustCompile(`(?s)<article id="(\w+)">.*?<pre>(curl (?:-X (\w+) )?.*?)</pre>`).FindAllStringSubmatch(page, -1)
	if len(lines) < 20 {
		t.Fatalf("the page has %d command lines", len(lines))
	}
	for _, found := range lines {
		t.Run(found[1], func(t *testing.T) {
			line := html.UnescapeString(found[2])
			r := stage.room(t, cmp.Or(found[3], "GET"), found[1])
			command := exec.CommandContext(t.Context(), "sh", "-c", line+" --silent --show-error --fail-with-body --noproxy '*'")
			command.Env = append(command.Environ(), "PORTOLAN_ENDPOINT=http://"+r.address, "PORTOLAN_API_KEY="+ownKey)
			output, err := command.CombinedOutput()
			if err != nil {
				t.Errorf("%s: %v: %s", line, err, strings.TrimSpace(string(output)))
			}
		})
	}
}
