package rules

import (
	"go/ast"
	"go/types"
	"path"
	"regexp"
)

// checkTypes resolves the names of every package. Packages of other modules
// stand in empty, so their names stay unknown and the errors about that are
// passed over; what a rule needs (which import a name comes from, which variable
// is meant, the types of our own) is there all the same.
func (t *Tree) checkTypes() {
	for _, pkg := range t.Packages {
		t.check(pkg)
	}
}

func (t *Tree) check(pkg *Package) *types.Package {
	if pkg.types != nil {
		return pkg.types
	}
	pkg.info = &types.Info{
		Uses:       map[*ast.Ident]types.Object{},
		Defs:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	// For an import cycle, which the compiler reports better than we could.
	pkg.types = types.NewPackage(path.Join(Module, pkg.Path), "cycle")
	var files []*ast.File
	for _, source := range pkg.Sources {
		files = append(files, source.AST)
	}
	config := types.Config{Importer: importer{t}, Error: func(error) {}, FakeImportC: true}
	pkg.types, _ = config.Check(path.Join(Module, pkg.Path), t.positions, files, pkg.info)
	return pkg.types
}

// importer gives our own packages as they are and all others empty.
type importer struct{ tree *Tree }

var _ types.Importer = importer{}

// Import gives the package of that path.
func (i importer) Import(importPath string) (*types.Package, error) {
	if dir, ok := below(importPath); ok && i.tree.Packages[dir] != nil {
		return i.tree.check(i.tree.Packages[dir]), nil
	}
	pkg := types.NewPackage(importPath, nameOf(importPath))
	pkg.MarkComplete()
	return pkg, nil
}

var versionElement = regexp.MustCompile(`^v\d+$`)

// nameOf guesses a package's name from its path, right for all that rules ask about.
func nameOf(importPath string) string {
	base := path.Base(importPath)
	if versionElement.MatchString(base) {
		return path.Base(path.Dir(importPath))
	}
	return base
}

// imported gives the import path and name that a selector such as os.Exit means,
// whatever the file calls the import.
func (p *Package) imported(sel *ast.SelectorExpr) (importPath, name string, ok bool) {
	id, isIdent := sel.X.(*ast.Ident)
	if !isIdent {
		return "", "", false
	}
	pkgName, isPackage := p.info.Uses[id].(*types.PkgName)
	if !isPackage {
		return "", "", false
	}
	return pkgName.Imported().Path(), sel.Sel.Name, true
}

// eachImported calls visit for every use of another package's name in the sources.
func (p *Package) eachImported(visit func(source *Source, sel *ast.SelectorExpr, importPath, name string)) {
	for _, source := range p.Sources {
		ast.Inspect(source.AST, func(node ast.Node) bool {
			sel, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if importPath, name, ok := p.imported(sel); ok {
				visit(source, sel, importPath, name)
			}
			return true
		})
	}
}
