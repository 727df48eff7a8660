package check_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/check"
)

func load(t testing.TB) *check.Library {
	t.Helper()
	library, err := check.Load()
	if err != nil {
		t.Fatal(err)
	}
	return library
}

// TestSamples judges every sample of every check.
func TestSamples(t *testing.T) {
	library := load(t)
	for _, c := range library.Checks() {
		t.Run(c.ID, func(t *testing.T) {
			for i, sample := range c.Samples.Match {
				if !finds(t, library, c.ID, sample) {
					t.Errorf("match %d is not found: %v", i+1, sample)
				}
			}
			for i, sample := range c.Samples.NoMatch {
				if finds(t, library, c.ID, sample) {
					t.Errorf("no_match %d is found: %v", i+1, sample)
				}
			}
		})
	}
}

func finds(t *testing.T, library *check.Library, id string, sample check.Sample) bool {
	t.Helper()
	return slices.ContainsFunc(judge(t, library, sample), func(f engine.Finding) bool { return f.Rule == id })
}

func judge(t *testing.T, library *check.Library, sample check.Sample) []engine.Finding {
	t.Helper()
	response, err := sample.Response()
	if err != nil {
		t.Fatal(err)
	}
	findings, err := library.Judge(response)
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

// TestEvidencePathsExist catches misspelt paths: each has a value in a sample that matches.
func TestEvidencePathsExist(t *testing.T) {
	library := load(t)
	for _, c := range library.Checks() {
		var shown strings.Builder
		for _, sample := range c.Samples.Match {
			for _, f := range judge(t, library, sample) {
				if f.Rule == c.ID {
					shown.WriteString("\n" + f.Evidence)
				}
			}
		}
		if shown.Len() == 0 {
			t.Errorf("%s shows no evidence for any sample", c.ID)
		}
		for _, path := range c.Evidence[:1] { // the first is what the check is about
			if !strings.Contains(shown.String(), "\n"+path+": ") {
				t.Errorf("%s: no sample has evidence at %s", c.ID, path)
			}
		}
	}
}

// TestLibraryIsWhole: a file each, named by its id, none twice, none left out.
func TestLibraryIsWhole(t *testing.T) {
	files, err := filepath.Glob("library/*")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, file := range files {
		want = append(want, strings.TrimSuffix(filepath.Base(file), ".yaml"))
	}
	library := load(t)
	got := library.IDs()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the library holds\n%v, the folder\n%v", got, want)
	}
	if unique := slices.Compact(slices.Clone(got)); len(unique) != len(got) || len(got) < 20 {
		t.Errorf("%d checks, %d ids", len(got), len(unique))
	}
	for _, id := range got {
		if c, ok := library.Check(id); !ok || c.ID != id {
			t.Errorf("Check(%q) gives %q, %v", id, c.ID, ok)
		}
	}
	if _, ok := library.Check("redis.noauth"); ok {
		t.Error("Check finds what is not there")
	}
}

// TestSevereIsScored: what fails a build by default has a CVSS score that fits.
func TestSevereIsScored(t *testing.T) {
	floor := map[engine.Severity]float64{engine.Critical: 9, engine.High: 7, engine.Medium: 4}
	ceiling := map[engine.Severity]float64{engine.Critical: 10, engine.High: 8.9, engine.Medium: 6.9, engine.Low: 3.9}
	for _, c := range load(t).Checks() {
		if c.CVSS < floor[c.Severity] || c.CVSS > ceiling[c.Severity] {
			t.Errorf("%s is %s with a CVSS score of %.1f", c.ID, c.Severity, c.CVSS)
		}
	}
}

// good is a file with nothing wrong.
const good = `id: test.good
title: Something is wrong
severity: high
cwe: [CWE-1]
description: What.
impact: Why.
remedy: How.
references: [https://example.com/]
tags: [test]
query: redis.version:7
evidence: [redis.version]
samples:
  match: [{redis: {version: "7"}}]
  no_match: [{redis: {version: "6"}}]
`

func read(text string) (*check.Library, error) {
	return check.Read(fstest.MapFS{"test.good.yaml": {Data: []byte(text)}})
}

func TestReadTakesAGoodFile(t *testing.T) {
	library, err := read(good)
	if err != nil || len(library.Checks()) != 1 {
		t.Fatalf("%v, %v", library, err)
	}
}

// TestReadRefuses shows a file of each sort of mistake; the error names file and line.
func TestReadRefuses(t *testing.T) {
	tests := []struct{ name, old, new, says string }{
		{"unknown key", "severity: high", "sevrity: high", `test.good.yaml:3: there is no key "sevrity"`},
		{"unknown inner key", "  no_match:", "  nomatch:", `test.good.yaml:14: there is no key "nomatch"`},
		{"key twice", "tags: [test]", "title: x", `title" already defined`},
		{"wrong type", "tags: [test]", "tags: test", "test.good.yaml:9:"},
		{"no YAML", "tags: [test]", "tags: [test", "test.good.yaml:"},
		{"two documents", "tags: [test]", "tags: [test]\n---\nid: x", "one check"},
		{"name is not the id", "id: test.good", "id: test.bad", "test.good.yaml:1: id"},
		{"severity", "severity: high", "severity: hihg", `test.good.yaml:3: severity: "hihg"`},
		{"no severity", "severity: high\n", "", "severity"},
		{"title", "title: Something is wrong", "title: " + strings.Repeat("long ", 20), "test.good.yaml:2: title"},
		{"title with full stop", "is wrong", "is wrong.", "test.good.yaml:2: title"},
		{"cvss", "cwe:", "cvss: 11\ncwe:", "test.good.yaml:4: cvss"},
		{"vector", "cwe:", "cvss: 9.8\nvector: CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H\ncwe:", "test.good.yaml:5: vector: its score is 10.0 and not 9.8"},
		{"no vector", "cwe:", "vector: high\ncwe:", "test.good.yaml:4: vector"},
		{"cwe", "CWE-1", "306", "test.good.yaml:4: cwe"},
		{"no description", "description: What.", "description: ' '", "test.good.yaml:5: description"},
		{"no impact", "impact: Why.\n", "", "impact"},
		{"no remedy", "remedy: How.\n", "", "remedy"},
		{"reference", "https://example.com/", "javascript:alert(1)", "test.good.yaml:8: references"},
		{"tag", "[test]", "[Te st]", "test.good.yaml:9: tags"},
		{"query", "redis.version:7", "redis.version:(7", "test.good.yaml:10: query"},
		{"query of everything", "redis.version:7", `"*"`, "matches every document"},
		{"no query", "query: redis.version:7\n", "", "matches every document"},
		{"no evidence", "evidence: [redis.version]", "evidence: []", "test.good.yaml:11: evidence"},
		{"evidence", "evidence: [redis.version]", "evidence: ['redis version']", "test.good.yaml:11: evidence"},
		{"redact", "evidence:", "redact: all\nevidence:", "test.good.yaml:11: redact"},
		{"no sample that matches", `  match: [{redis: {version: "7"}}]`, "  match: []", "test.good.yaml:12: samples"},
		{"no sample that does not", `  no_match: [{redis: {version: "6"}}]`, "  no_match: []", "test.good.yaml:12: samples"},
		{"confirm without field", "evidence:", "confirm: [{pattern: x}]\nevidence:", "test.good.yaml:11: confirm"},
		{"confirm pattern", "evidence:", "confirm: [{field: a, pattern: '('}]\nevidence:", "test.good.yaml:11: confirm: pattern"},
		{"confirm without", "evidence:", "confirm: [{field: a, pattern: a, without: '('}]\nevidence:", "test.good.yaml:11: confirm: without"},
		{"confirm count", "evidence:", "confirm: [{field: a, pattern: a, count: -1}]\nevidence:", "test.good.yaml:11: confirm"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(good, test.old, test.new, 1)
			if text == good {
				t.Fatalf("%q is not in the file", test.old)
			}
			if _, err := read(text); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want it to say %q", err, test.says)
			}
		})
	}
}

func TestReadRefusesEmptyFiles(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "[]", "7"} {
		if _, err := read(text); err == nil || !strings.Contains(err.Error(), "test.good.yaml:") {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

// TestReadTellsAllMistakes: nobody wants to learn them one by one.
func TestReadTellsAllMistakes(t *testing.T) {
	folder := fstest.MapFS{
		"test.good.yaml": {Data: []byte(strings.NewReplacer("severity: high", "severity: x", "[test]", "[]").Replace(good))},
		"test.two.yaml":  {Data: []byte("idd: test.two\n")},
	}
	_, err := check.Read(folder)
	for _, want := range []string{"test.good.yaml:3: severity", "test.good.yaml:9: tags", "test.two.yaml:1: there is no key"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to say %q", err, want)
		}
	}
}

// TestFilesEndWell guards what editors and diffs stumble over.
func TestFilesEndWell(t *testing.T) {
	for _, id := range load(t).IDs() {
		data, err := os.ReadFile(filepath.Join("library", id+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(string(data), "\n") || strings.Contains(string(data), "\t") || strings.Contains(string(data), " \n") {
			t.Errorf("%s: tabs, spaces at the end of a line, or no line end", id)
		}
	}
}
