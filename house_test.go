package main_test

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/portolan-io/terraform-provider-portolan/tools/house/rules"
)

// TestHouse holds this repository to the rules of ARCHITECTURE.md. What each
// rule asks for stands in tools/house/rules.
func TestHouse(t *testing.T) {
	tree, err := rules.Load(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			for _, violation := range rule.Check(tree) {
				t.Error(violation)
			}
		})
	}
}

// TestHouseRejects shows each rule a small repository that breaks it. The lines
// "want: …" of that file are all it may find, and it must find them.
func TestHouseRejects(t *testing.T) {
	for _, rule := range rules.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			want, files := violation(t, rule.Name)
			tree, err := rules.Load(files)
			if err != nil {
				t.Fatal(err)
			}
			if len(want) == 0 {
				t.Fatal("the file says no \"want: …\"")
			}
			got := rule.Check(tree)
			for _, w := range want {
				if !slices.ContainsFunc(got, func(v rules.Violation) bool { return strings.HasPrefix(v.String(), w) }) {
					t.Errorf("did not find %q", w)
				}
			}
			for _, v := range got {
				if !slices.ContainsFunc(want, func(w string) bool { return strings.HasPrefix(v.String(), w) }) && rule.Name != "depguard" {
					t.Errorf("found %q in addition", v)
				}
			}
		})
	}
}

// violation reads testdata of the rules: lines about the case, then files, each
// after a line "-- NAME --".
func violation(t *testing.T, name string) (want []string, files fstest.MapFS) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("tools", "house", "rules", "testdata", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	files = fstest.MapFS{}
	var file *fstest.MapFile
	marker := regexp.MustCompile(`^-- (\S+) --$`)
	for line := range strings.Lines(string(text)) {
		if m := marker.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			file = &fstest.MapFile{}
			files[m[1]] = file
			continue
		}
		if file != nil {
			file.Data = append(file.Data, line...)
		} else if w, ok := strings.CutPrefix(line, "want: "); ok {
			want = append(want, strings.TrimSpace(w))
		}
	}
	return want, files
}

// TestTreeIsWhatGoSees checks the loader itself: the rules look at the packages
// the go command knows, and at no others.
func TestTreeIsWhatGoSees(t *testing.T) {
	tree, err := rules.Load(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "list", "-e", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, importPath := range strings.Fields(string(out)) {
		dir := path.Clean("./" + strings.TrimPrefix(strings.TrimPrefix(importPath, rules.Module), "/"))
		if tree.Packages[dir] == nil {
			t.Errorf("the rules do not see %s", importPath)
		}
		delete(tree.Packages, dir)
	}
	for dir := range tree.Packages {
		t.Errorf("the go command does not see %s", dir)
	}
}

// TestProductLinksNoTesting goes through the packages of all modules, not only
// ours. One of them has helpers for tests beside its product code, and every
// Terraform provider links it.
func TestProductLinksNoTesting(t *testing.T) {
	const exempt = "github.com/hashicorp/go-plugin"
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{.ImportPath}} {{.Imports}}", ".").Output()
	if err != nil {
		t.Fatalf("list what main.go links: %v", err)
	}
	importsTesting := regexp.MustCompile(`[ \[]testing[ \]]`)
	for line := range strings.Lines(string(out)) {
		name, imports, _ := strings.Cut(line, " ")
		if name != exempt && importsTesting.MatchString(imports) {
			t.Errorf("%s links package testing into the binary", name)
		}
	}
	if !strings.Contains(string(out), exempt) {
		t.Errorf("%s is not linked any more; this test says that it is", exempt)
	}
}
