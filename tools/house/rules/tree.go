package rules

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Tree is a repository as the rules see it.
type Tree struct {
	Files    fs.FS
	Packages map[string]*Package // by path below the module; "." is the root

	positions *token.FileSet
}

// Package is one folder of Go files.
type Package struct {
	Path    string
	Sources []*Source // without tests
	Tests   []*Source // files named _test.go, of the package or of its external twin
	Imports []string  // packages of ours that the sources import, by their path, sorted

	types *types.Package
	info  *types.Info
}

// Source is one parsed Go file.
type Source struct {
	Path  string // from the root of the tree
	Lines int
	AST   *ast.File
}

// Load reads a repository: every Go file outside testdata, hidden folders and
// modules of their own. Files that are built only on some systems count as well.
func Load(files fs.FS) (*Tree, error) {
	t := &Tree{Files: files, Packages: map[string]*Package{}, positions: token.NewFileSet()}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return t.enter(name)
		}
		if strings.HasSuffix(name, ".go") {
			return t.add(name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load the tree: %w", err)
	}
	for _, pkg := range t.Packages {
		pkg.Imports = pkg.ours()
	}
	t.checkTypes()
	return t, nil
}

// enter tells whether the walk goes into a folder.
func (t *Tree) enter(dir string) error {
	base := path.Base(dir)
	if dir != "." && (base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "bin" || base == "dist") {
		return fs.SkipDir
	}
	if _, err := fs.Stat(t.Files, path.Join(dir, "go.mod")); err == nil && dir != "." {
		return fs.SkipDir
	}
	return nil
}

func (t *Tree) add(name string) error {
	text, err := fs.ReadFile(t.Files, name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(t.positions, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir := path.Dir(name)
	if t.Packages[dir] == nil {
		t.Packages[dir] = &Package{Path: dir}
	}
	pkg := t.Packages[dir]
	source := &Source{Path: name, Lines: bytes.Count(text, []byte("\n")), AST: file}
	if strings.HasSuffix(name, "_test.go") {
		pkg.Tests = append(pkg.Tests, source)
		return nil
	}
	pkg.Sources = append(pkg.Sources, source)
	return nil
}

// ours lists what the sources import of this module.
func (p *Package) ours() []string {
	var imports []string
	for _, source := range p.Sources {
		for _, spec := range source.AST.Imports {
			if dir, ok := below(importPath(spec)); ok {
				imports = append(imports, dir)
			}
		}
	}
	slices.Sort(imports)
	return slices.Compact(imports)
}

func importPath(spec *ast.ImportSpec) string {
	unquoted, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value // the parser has let no such literal through
	}
	return unquoted
}

// below gives the path of one of our packages below the module.
func below(importPath string) (string, bool) {
	if importPath == Module {
		return ".", true
	}
	return strings.CutPrefix(importPath, Module+"/")
}

// at gives the file and line of a node.
func (t *Tree) at(node ast.Node) string {
	position := t.positions.Position(node.Pos())
	return fmt.Sprintf("%s:%d", position.Filename, position.Line)
}

// sorted gives the packages in the order of their paths.
func (t *Tree) sorted() []*Package {
	var packages []*Package
	for _, pkg := range t.Packages {
		packages = append(packages, pkg)
	}
	slices.SortFunc(packages, func(a, b *Package) int { return strings.Compare(a.Path, b.Path) })
	return packages
}

// text reads a file of the tree; one that is not there is empty.
func (t *Tree) text(name string) string {
	text, err := fs.ReadFile(t.Files, name)
	if err != nil {
		return ""
	}
	return string(text)
}

// exists tells whether the tree has a file or folder of that name.
func (t *Tree) exists(name string) bool {
	_, err := fs.Stat(t.Files, name)
	return err == nil
}

// glob lists the files below a folder whose name has one of the suffixes.
func (t *Tree) glob(dir string, suffixes ...string) []string {
	var names []string
	//nolint:errcheck // a folder that is not there has no files
	fs.WalkDir(t.Files, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // as above
		}
		if slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(name, s) }) {
			names = append(names, name)
		}
		return nil
	})
	return names
}
