package action

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

// actionYML is action.yml as the tables of inputs and outputs have it: the same list is
// kept once.
func actionYML() []byte {
	var b bytes.Buffer
	b.WriteString(`# Written by UPDATE_GOLDEN=1 go test ./action from the tables of inputs and outputs.
name: Portolan
description: Scan what you expose, wait for it, and fail the build on findings.
author: Portolan
branding: {icon: anchor, color: blue}

inputs:
`)
	for _, in := range Inputs() {
		description := in.Meaning
		if in.Default != "" && in.Expanded == "" {
			description += " Default: " + in.Default + "."
		}
		fmt.Fprintf(&b, "  %s:\n    description: %q\n", in.Name, description)
		if in.Expanded != "" {
			fmt.Fprintf(&b, "    default: %s\n", in.Expanded)
		}
	}
	b.WriteString("\noutputs:\n")
	for _, out := range Outputs() {
		fmt.Fprintf(&b, "  %s:\n    description: %q\n", out.Name, out.Meaning)
	}
	b.WriteString("\nruns:\n  using: node24\n  main: main.js\n  post: post.js\n  post-if: always()\n")
	return b.Bytes()
}

func TestActionYMLHasTheTables(t *testing.T) {
	golden(t, "action.yml", actionYML())
}

// golden holds a file against what is computed, or writes it.
func golden(t *testing.T, name string, want []byte) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(name, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the tables say (%v); UPDATE_GOLDEN=1 go test ./action writes it", name, err)
	}
}

func TestInputsAndOutputsAreTold(t *testing.T) {
	seen := map[string]bool{}
	for _, in := range Inputs() {
		if seen[in.Name] || in.Name != strings.ToLower(in.Name) || !strings.HasSuffix(in.Meaning, ".") {
			t.Errorf("input %s is there twice, or badly told", in.Name)
		}
		seen[in.Name] = true
	}
	for _, out := range Outputs() {
		if seen["="+out.Name] || !strings.HasSuffix(out.Meaning, ".") {
			t.Errorf("output %s is there twice, or badly told", out.Name)
		}
		seen["="+out.Name] = true
	}
}
