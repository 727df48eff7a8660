package check

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Verify reads what [Read] reads, of the files that pattern names ("*.yaml"), and judges
// their samples: each must be found or not as it says, and the first path of evidence must
// lead somewhere in one that is found. All that is wrong is in the error, each as
// "file:line: what", where file begins with shown, the way to the folder. A folder without
// such a file is an error too.
func Verify(folder fs.FS, shown, pattern string) (*Library, error) {
	names, err := fs.Glob(folder, pattern)
	if err != nil {
		return nil, fmt.Errorf("list checks: %w", err)
	}
	if len(names) == 0 {
		return nil, &engine.Error{Kind: engine.Invalid, Title: "There are no checks", Detail: fmt.Sprintf("no file is named %s", path.Join(shown, pattern)), Hint: "a check is a file ID.yaml"}
	}
	return readFiles(folder, names, shown, verify)
}

// VerifyBuiltIn is Verify for the built-in library.
func VerifyBuiltIn() (*Library, error) { return Verify(builtIn, "", "library/*.yaml") }

// verify judges the samples of a file.
func verify(name string, data []byte, c *Check) error {
	alone := &Library{checks: []Check{*c}}
	lines := sampleLines(data)
	var wrong []error
	var shown strings.Builder
	for i, sample := range c.Samples.Match {
		findings, err := alone.judgeSample(sample)
		switch {
		case err != nil:
			wrong = append(wrong, fmt.Errorf("%s:%d: samples.match: %w", name, lines.of("match", i), err))
		case len(findings) == 0:
			wrong = append(wrong, fmt.Errorf("%s:%d: samples.match: the query or a confirmation does not match", name, lines.of("match", i)))
		default:
			shown.WriteString("\n" + findings[0].Evidence)
		}
	}
	for i, sample := range c.Samples.NoMatch {
		findings, err := alone.judgeSample(sample)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s:%d: samples.no_match: %w", name, lines.of("no_match", i), err))
		} else if len(findings) > 0 {
			wrong = append(wrong, fmt.Errorf("%s:%d: samples.no_match: it matches", name, lines.of("no_match", i)))
		}
	}
	if first := c.Evidence[0]; len(wrong) == 0 && !strings.Contains(shown.String(), "\n"+first+": ") {
		wrong = append(wrong, fmt.Errorf("%s:%d: evidence: no sample that matches has a value at %s", name, lineOf(data, "evidence"), first))
	}
	return errors.Join(wrong...)
}

func (l *Library) judgeSample(s Sample) ([]engine.Finding, error) {
	response, err := s.Response()
	if err != nil {
		return nil, err
	}
	return l.Judge(response)
}

// lines are those in which the samples of a file begin, by the key they stand under.
type lines map[string][]int

// of gives 1 for a sample whose line is not known, as behind an alias.
func (l lines) of(key string, i int) int {
	if i >= len(l[key]) {
		return 1
	}
	return l[key][i]
}

// sampleLines reads a file that decodes.
func sampleLines(data []byte) lines {
	var file struct {
		Samples map[string]yaml.Node `yaml:"samples"`
	}
	found := lines{}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return found
	}
	for key, list := range file.Samples {
		for _, sample := range list.Content {
			found[key] = append(found[key], sample.Line)
		}
	}
	return found
}

// With gives a library of these checks and more of somebody else's, whose ids must be new.
func (l *Library) With(more *Library) (*Library, error) {
	for _, c := range more.checks {
		if _, ok := l.Check(c.ID); ok {
			return nil, &engine.Error{Kind: engine.Invalid, Title: "Check has an id that is taken", Detail: fmt.Sprintf("%s is a check of Portolan's own", c.ID), Hint: "choose another id, and name the file after it"}
		}
	}
	all := slices.Concat(l.checks, more.checks)
	slices.SortFunc(all, byID)
	return &Library{checks: all}, nil
}
