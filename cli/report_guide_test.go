package cli_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// Each line for the shell in the guides about reports and policies is run as it stands,
// only on other targets and other dates.
func TestGuides(t *testing.T) {
	for _, name := range []string{"reports", "policy"} {
		t.Run(name, func(t *testing.T) {
			page, err := os.ReadFile("../templates/guides/" + name + ".md")
			if err != nil {
				t.Fatal(err)
			}
			zoo := enginetest.Services(t)
			t.Chdir(t.TempDir())
			s := newShell(t)
			lines := guideLines(string(page))
			if len(lines) < 8 {
				t.Errorf("the guide has only %q", lines)
			}
			if name == "reports" { // the guide compares two scans
				s.want(t, 10, "scan", "127.0.0.1", "--ports", "common,"+zoo.Ports())
			}
			for _, line := range lines {
				args := guideArgs(line, zoo.Ports())
				if exit := s.run(t.Context(), args...); exit != 0 && exit != 10 {
					t.Errorf("%s: exit %d\n%s%s", line, exit, s.out.String(), s.err.String())
				}
			}
		})
	}
}

func guideLines(page string) (lines []string) {
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(page, -1) {
		lines = append(lines, strings.Split(strings.TrimSpace(block[1]), "\n")...)
	}
	return lines
}

func guideArgs(line, ports string) []string {
	args := splitWords(line)[1:]
	for i, word := range args {
		switch word {
		case "www.example.com":
			word = "127.0.0.1"
		case "common":
			word = "common," + ports
		case "2027-01-31":
			word = inDays(60)
		}
		args[i] = word
	}
	return args
}

func TestGuideArgs(t *testing.T) {
	got := guideArgs("portolan scan www.example.com --fail-on 'a, b'", "80")
	if want := []string{"scan", "127.0.0.1", "--fail-on", "a, b"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
