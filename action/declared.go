package action

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// How much of a workspace is looked through for the line that declares a scan.
const (
	maxDepth    = 4
	maxSearched = 2000    // files
	maxSource   = 1 << 20 // bytes of one
)

// declaredAt says where the targets of the inputs stand: in their file, or in the
// workflow.
func (s *setting) declaredAt(list []place) pages.Declared {
	d := pages.Declared{File: s.given["targets-file"], Line: 1, Lines: map[engine.Target]int{}}
	if d.File == "" {
		d.File = s.step.workflowFile()
		text, _ := readSource(s.path(d.File)) // without it, the first line stands for all
		return declaredIn(d.File, text, targetsOf(list), "targets:")
	}
	for _, p := range list {
		for _, target := range p.targets {
			d.Lines[target.Canonical()] = p.line
		}
	}
	d.Line = list[0].line
	return d
}

// workflowFile is the file of the workflow: "owner/name/.github/workflows/x.yml@ref"
// without what is around it.
func (s step) workflowFile() string {
	file, _, _ := strings.Cut(s.workflowRef, "@")
	if file, ok := strings.CutPrefix(file, s.repository+"/"); ok && file != "" && !strings.Contains(file, "..") {
		return file
	}
	return ".github/workflows"
}

// declaredForScan looks for the resource of Terraform that has made a scan, whose file
// is unknown: the first there is, else the workflow.
func (s *setting) declaredForScan() pages.Declared {
	found, seen := pages.Declared{}, 0
	root := s.step.workspace
	_ = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fs.SkipDir // what cannot be read declares nothing
		}
		relative, _ := filepath.Rel(root, name)
		if entry.IsDir() {
			hidden := relative != "." && strings.HasPrefix(entry.Name(), ".")
			if hidden || strings.Count(relative, string(filepath.Separator)) >= maxDepth {
				return fs.SkipDir
			}
			return nil
		}
		if seen++; seen > maxSearched {
			return fs.SkipAll
		}
		if text, err := readSource(name); filepath.Ext(name) == ".tf" && err == nil && strings.Contains(text, `"portolan_scan"`) {
			found = declaredIn(filepath.ToSlash(relative), text, nil, `"portolan_scan"`)
			return fs.SkipAll
		}
		return nil
	})
	if found.File != "" {
		return found
	}
	return pages.Declared{File: s.step.workflowFile(), Line: 1}
}

// declaredIn finds targets in the lines of a text; those that are not found stand where
// word does.
func declaredIn(file, text string, targets []engine.Target, word string) pages.Declared {
	d := pages.Declared{File: file, Line: 1, Lines: map[engine.Target]int{}}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.Contains(line, word) {
			d.Line = i + 1
			break
		}
	}
	for _, target := range targets {
		for i, line := range lines {
			if strings.Contains(line, string(target)) {
				d.Lines[target.Canonical()] = i + 1
				break
			}
		}
	}
	return d
}

// readSource reads a file of the repository that is not too large to be one of code.
func readSource(name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Size() > maxSource {
		return "", fs.ErrInvalid
	}
	text, err := os.ReadFile(name)
	return string(text), err
}
