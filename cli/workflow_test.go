package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// workflow is the part of a GitHub workflow this test looks at.
type workflow struct {
	Jobs map[string]struct {
		Steps []struct {
			Run string            `yaml:"run"`
			Env map[string]string `yaml:"env"`
		} `yaml:"steps"`
	} `yaml:"jobs"`
}

// The scan line of each example workflow is run as it stands, only on other targets.
func TestExampleWorkflowFailsOnFindings(t *testing.T) {
	names, err := filepath.Glob("../examples/workflows/*.yml")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "uses: portolan-io/") || strings.Contains(string(text), "run: terraform apply") {
			continue // tests of package action run it
		}
		t.Run(filepath.Base(name), func(t *testing.T) { runWorkflow(t, name) })
	}
}

func runWorkflow(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	var w workflow
	if err := yaml.Unmarshal(text, &w); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, job := range w.Jobs {
		for _, step := range job.Steps {
			if words := strings.Fields(step.Run); len(words) > 1 && words[0] == "terraform-provider-portolan" {
				ran++
				runOnZoo(t, words[1:])
			}
		}
	}
	if ran == 0 {
		t.Error("the workflow runs no scan")
	}
}

func runOnZoo(t *testing.T, args []string) {
	t.Helper()
	zoo := enginetest.Services(t)
	for i, word := range args {
		switch word {
		case "www.example.com":
			args[i] = "127.0.0.1"
		case "common":
			args[i] = zoo.Ports()
		case `"markdown=$GITHUB_STEP_SUMMARY"`:
			args[i] = "markdown=summary.md"
		}
	}
	newShell(t).want(t, 10, args...)
}
