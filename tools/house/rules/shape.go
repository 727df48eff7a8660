package rules

import (
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
)

const (
	maxFileLines     = 500
	maxFunctionLines = 75
)

// limits are words by which a package comment says what the package is not.
var limits = regexp.MustCompile(`(?i)\b(not|no|never|nothing|none|nobody|neither|nowhere|only|without)\b`)

// packageComments: every package says what it is and what it is not, once.
func packageComments(t *Tree) []Violation {
	var f found
	for _, pkg := range t.sorted() {
		var comments []*Source
		for _, source := range pkg.Sources {
			if source.AST.Doc != nil && strings.TrimSpace(source.AST.Doc.Text()) != "" {
				comments = append(comments, source)
			}
		}
		switch {
		case len(pkg.Sources) == 0:
		case len(comments) == 0:
			f.add(pkg.Path, "has no package comment: say what the package is and what it is not")
		case len(comments) > 1:
			f.add(pkg.Path, "has %d package comments; keep one", len(comments))
		default:
			t.packageComment(comments[0], &f)
		}
	}
	return f
}

func (t *Tree) packageComment(source *Source, f *found) {
	text, name := source.AST.Doc.Text(), source.AST.Name.Name
	if name == "main" {
		return // a command says how it is used; it is nothing to be imported
	}
	if !strings.HasPrefix(text, "Package "+name+" ") {
		f.add(t.at(source.AST), "the package comment does not begin with %q", "Package "+name)
	}
	if !limits.MatchString(text) {
		f.add(t.at(source.AST), "the package comment does not say what the package is not")
	}
}

// vague are names that say nothing about what is inside.
var vague = []string{
	"util", "utils", "common", "helper", "helpers", "types", "manager", "managers", "misc", "models", "base", "shared",
}

// names: a package or file is named after a thing, not after being useful.
func names(t *Tree) []Violation {
	var f found
	for _, pkg := range t.sorted() {
		if slices.Contains(vague, path.Base(pkg.Path)) {
			f.add(pkg.Path, "is a name that says nothing; name the thing")
		}
		for _, source := range slices.Concat(pkg.Sources, pkg.Tests) {
			stem := strings.TrimSuffix(strings.TrimSuffix(path.Base(source.Path), ".go"), "_test")
			isTypes := stem == "types" // fit for a file about types, as in this package
			if slices.Contains(vague, stem) && !isTypes {
				f.add(source.Path, "is a name that says nothing; name the thing")
			}
		}
	}
	return f
}

// sizes: a file can be read in one sitting, a function on one screen.
func sizes(t *Tree) []Violation {
	var f found
	for _, pkg := range t.sorted() {
		for _, source := range slices.Concat(pkg.Sources, pkg.Tests) {
			if source.Lines > maxFileLines {
				f.add(source.Path, "has %d lines, more than %d; split it by noun", source.Lines, maxFileLines)
			}
		}
		for _, source := range pkg.Sources {
			t.functionSizes(source, &f)
		}
	}
	return f
}

func (t *Tree) functionSizes(source *Source, f *found) {
	for _, decl := range source.AST.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || ast.IsGenerated(source.AST) {
			continue
		}
		lines := t.positions.Position(function.End()).Line - t.positions.Position(function.Pos()).Line + 1
		if lines > maxFunctionLines {
			f.add(t.at(function), "%s has %d lines, more than %d", function.Name.Name, lines, maxFunctionLines)
		}
	}
}
